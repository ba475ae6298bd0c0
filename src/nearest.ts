/** The nearest valid word to a wrong one, for "did you mean". */

/** Edits (insert, delete, replace, swap neighbours) from one word to another. */
export function editDistance(one: string, other: string): number {
  const rows: number[][] = [Array.from({ length: other.length + 1 }, (_, i) => i)];
  for (let i = 1; i <= one.length; i++) {
    const row = [i];
    for (let j = 1; j <= other.length; j++) {
      const cost = one[i - 1] === other[j - 1] ? 0 : 1;
      let best = Math.min(cell(rows, i - 1, j) + 1, (row[j - 1] as number) + 1, cell(rows, i - 1, j - 1) + cost);
      if (i > 1 && j > 1 && one[i - 1] === other[j - 2] && one[i - 2] === other[j - 1]) {
        best = Math.min(best, cell(rows, i - 2, j - 2) + 1);
      }
      row.push(best);
    }
    rows.push(row);
  }
  return cell(rows, one.length, other.length);
}

const cell = (rows: readonly (readonly number[])[], i: number, j: number): number =>
  rows[i]?.[j] ?? Number.POSITIVE_INFINITY;

/** The word of `words` that `wrong` most likely meant; undefined where none is near. */
export function nearest(wrong: string, words: Iterable<string>): string | undefined {
  let best: string | undefined;
  let least = Math.max(2, Math.floor(wrong.length / 2));
  for (const word of words) {
    const distance = editDistance(wrong.toLowerCase(), word.toLowerCase());
    if (distance < least || (distance === least && best === undefined)) {
      least = distance;
      best = word;
    }
  }
  return best;
}
