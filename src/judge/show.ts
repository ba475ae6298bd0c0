/** Values of a SUT in words: short, and never the end of us. */

/** JSON in at most `longest` characters; what nests deeper than a stack is only named. */
export function showJson(value: unknown, longest = 2_000): string {
  let text: string;
  try {
    text = JSON.stringify(value) ?? String(value);
  } catch {
    return '(nested too deep to show)';
  }
  return text.length > longest ? `${text.slice(0, longest)}…` : text;
}
