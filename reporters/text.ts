/** Makes text of a possibly hostile SUT safe for a place, and fits it into columns. */
// biome-ignore-all lint/suspicious/noControlCharactersInRegex: control characters are what is looked for

/** CSI, OSC, DCS and the short escape sequences of terminals. */
const escapes = new RegExp(
  [
    '(?:\\u001b\\]|\\u009d)[^\\u0007\\u001b\\u009c\\n]*(?:\\u0007|\\u001b\\\\|\\u009c)',
    '(?:\\u001b[P^_X]|[\\u0090\\u0098\\u009e\\u009f])[^\\u001b\\u009c\\n]*(?:\\u001b\\\\|\\u009c)',
    '(?:\\u001b\\[|\\u009b)[0-?]*[ -/]*[@-~]?',
    '\\u001b[ -/]*[0-~]?',
  ].join('|'),
  'g',
);
const controls = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f]/g;
/** Characters that reorder or hide the text around them. */
const bidi = /[\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff]/g;
const loneSurrogates = /\p{Surrogate}/gu;
const surrogateMark = '\ufffd';

/** Well-formed UTF-16, so that it survives UTF-8. */
const wellFormed = (text: string): string => text.replace(loneSurrogates, surrogateMark);

/**
 * For a terminal or a CI log: escape sequences are gone, other control characters are shown as U+FFFD, and
 * nothing is left that a CI runner takes for a command (`##[…]`, `##vso[…]`, `##teamcity[…]`).
 */
export function printable(text: string): string {
  return wellFormed(text)
    .replace(escapes, '')
    .replace(/\r\n?/g, '\n')
    .replace(controls, '\ufffd')
    .replace(bidi, '\ufffd')
    .replace(/#(?=#\w*\[)/g, '# ');
}

/** `printable`, in one line. */
export const oneLine = (text: string): string =>
  printable(text)
    .replace(/\s*\n\s*/g, ' ⏎ ')
    .replace(/\t/g, ' ');

/** A line that starts with `::` is a command for the GitHub runner: take its meaning, keep its look. */
const commandStart = /^((?:\s|\u001b\[[0-9;]*m)*):(?=:)/gm;
export const withoutCommands = (text: string): string => text.replace(commandStart, '$1: ');
const notXml = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/g;
const entities: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
  '\t': '&#9;',
  '\n': '&#10;',
  '\r': '&#13;',
};

/** Text without the characters that XML 1.0 has no way to write. */
export const xmlChars = (text: string): string => wellFormed(text).replace(notXml, '');
/** For an attribute of XML; keeps line breaks. */
export const xmlAttribute = (text: string): string =>
  xmlChars(text).replace(/[&<>"'\t\n\r]/g, (char) => entities[char] ?? char);
/** For content of XML as one CDATA section, or several where the text holds `]]>`. */
export const cdata = (text: string): string => `<![CDATA[${xmlChars(text).replaceAll(']]>', ']]]]><![CDATA[>')}]]>`;
/** For content and quoted attributes of HTML. */
export const html = (text: string): string =>
  xmlChars(text)
    .replace(bidi, '\ufffd')
    .replace(/[&<>"']/g, (char) => entities[char] ?? char);

const wide =
  /[\u1100-\u115f\u2e80-\u303e\u3041-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6]|\p{Emoji_Presentation}|[\u{20000}-\u{3fffd}]/u;
const zero = /\p{Mark}|[\u200b-\u200d\u2060]/u;
const colour = /\u001b\[[0-9;]*m/g;

/** Columns that a text takes on a terminal; colours take none. */
export function columns(text: string): number {
  let sum = 0;
  for (const char of text.replace(colour, '')) sum += zero.test(char) ? 0 : wide.test(char) ? 2 : 1;
  return sum;
}

/** Cuts plain text to `max` columns with an ellipsis. */
export function clip(text: string, max: number): string {
  if (columns(text) <= max) return text;
  let sum = 0;
  let out = '';
  for (const char of text) {
    sum += columns(char);
    if (sum > max - 1) break;
    out += char;
  }
  return `${out}…`;
}

/** Pads to `width` columns; longer text stays as it is. */
export const pad = (text: string, width: number): string => text + ' '.repeat(Math.max(0, width - columns(text)));
export const padLeft = (text: string, width: number): string => ' '.repeat(Math.max(0, width - columns(text))) + text;

/** Breaks plain text into lines of at most `width` columns, at spaces where there are any. */
export function wrap(text: string, width: number, maxLines = Number.POSITIVE_INFINITY): string[] {
  const lines: string[] = [];
  for (const paragraph of text.split('\n')) {
    let line = '';
    for (const word of paragraph.split(' ').flatMap((long) => pieces(long, width))) {
      const longer = line === '' ? word : `${line} ${word}`;
      if (columns(longer) <= width) line = longer;
      else {
        lines.push(line.trimEnd());
        line = word;
      }
    }
    lines.push(line.trimEnd());
  }
  if (lines.length <= maxLines) return lines;
  return [...lines.slice(0, maxLines - 1), clip(`${lines[maxLines - 1] ?? ''} …`.padEnd(width + 1, '…'), width)];
}

/** A word in parts of at most `width` columns. */
function pieces(word: string, width: number): string[] {
  if (columns(word) <= width) return [word];
  const parts: string[] = [];
  let part = '';
  let taken = 0;
  for (const char of word) {
    const size = columns(char);
    if (taken + size > width) {
      parts.push(part);
      part = '';
      taken = 0;
    }
    part += char;
    taken += size;
  }
  return [...parts, part];
}

/** Bytes of UTF-8. */
export const bytes = (text: string): number => new TextEncoder().encode(text).length;

/** The head of a text that takes at most `max` bytes of UTF-8, cut between characters. */
export function headBytes(text: string, max: number): string {
  const encoded = new TextEncoder().encode(text);
  if (encoded.length <= max) return text;
  let end = Math.max(0, max);
  while (end > 0 && ((encoded[end] ?? 0) & 0xc0) === 0x80) end--;
  return new TextDecoder().decode(encoded.subarray(0, end));
}

/** `1.2 s`, `3 min 4 s`; for a person. */
export function duration(ms: number): string {
  if (ms < 1000) return `${Math.round(ms)} ms`;
  if (ms < 60_000) return `${(ms / 1000).toFixed(1)} s`;
  const seconds = Math.round(ms / 1000);
  const hours = Math.floor(seconds / 3600);
  const minutes = Math.floor((seconds % 3600) / 60);
  return hours > 0 ? `${hours} h ${minutes} min` : `${minutes} min ${seconds % 60} s`;
}

/** A path as a reader of the log would type it. */
export const fromCwd = (path: string, cwd: string | undefined): string =>
  cwd !== undefined && path.startsWith(`${cwd}/`) ? path.slice(cwd.length + 1) : path;
