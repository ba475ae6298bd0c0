/** The frames that explain a verdict, on a terminal. */
import type { CaseReport, TraceEntry } from '../src/report.ts';
import { locate, pointerOfRef, shorten } from './frame.ts';
import type { Palette } from './palette.ts';
import { clip, columns, oneLine, padLeft } from './text.ts';
import { entriesAround, type Finding } from './view.ts';

/** What stands under the first line of a case. */
export const INDENT = '      ';

/** The frames around the one that decided, with the offending field of it in view. */
export function frameBlock(one: CaseReport, findings: readonly Finding[], paint: Palette, width: number): string[] {
  if (one.trace.length === 0) return [];
  const deciding = findings.find((finding) => finding.frame !== undefined);
  const shown = entriesAround(one, deciding?.frame);
  const lines: string[] = [];
  let last = shown[0]?.n ?? 1;
  for (const entry of shown) {
    if (entry.n > last + 1) lines.push(`${INDENT}${' '.repeat(12)}${paint.dim('⋮')}`);
    last = entry.n;
    lines.push(...frameLines(entry, entry.n === deciding?.frame ? findings : [], paint, width));
  }
  return lines;
}

function frameLines(entry: TraceEntry, findings: readonly Finding[], paint: Palette, width: number): string[] {
  const side = entry.origin === 'sut' ? paint.cyan('sut>') : paint.dim(' us>');
  const prefix = `${INDENT}${paint.dim(padLeft(entry.at.toFixed(1), 9))}  ${side} `;
  const room = width - columns(prefix);
  const isFrame = entry.kind.startsWith('call') || entry.kind === 'send' || entry.kind === 'malformed';
  if (!isFrame) return [prefix + paint.dim(clip(`${entry.kind}: ${oneLine(entry.text)}`, room))];
  const here = findings.filter((finding) => finding.frame === entry.n);
  if (here.length === 0) return [prefix + clip(oneLine(shorten(entry.text, room).before), room)];
  const pointer = here.find((finding) => finding.path !== undefined)?.path ?? pointerFrom(entry, here);
  const span = pointer === undefined ? undefined : locate(entry, pointer);
  const parts = shorten(entry.text, room * 3 - 3, span?.exact ? span : undefined);
  const marked = oneLine(parts.marked);
  const before = oneLine(parts.before);
  const lines = hardWrap(before + marked + oneLine(parts.after), room).slice(0, 4);
  const blank = ' '.repeat(columns(prefix));
  let at = 0;
  return lines.map((line, i) => {
    const from = Math.max(0, before.length - at);
    const to = Math.max(from, Math.min(line.length, before.length + marked.length - at));
    at += line.length;
    const painted =
      from < line.length && to > from ? line.slice(0, from) + paint.mark(line.slice(from, to)) + line.slice(to) : line;
    return (i === 0 ? prefix : blank) + painted;
  });
}

const pointerFrom = (entry: TraceEntry, findings: readonly Finding[]): string | undefined =>
  findings.map((finding) => (finding.ref === undefined ? undefined : pointerOfRef(entry, finding.ref))).find(Boolean);

/** Cuts at columns, not at spaces: JSON has few of them. */
function hardWrap(text: string, width: number): string[] {
  const lines: string[] = [];
  let line = '';
  let taken = 0;
  for (const char of text) {
    const size = columns(char);
    if (taken + size > width) {
      lines.push(line);
      line = '';
      taken = 0;
    }
    line += char;
    taken += size;
  }
  return [...lines, line];
}
