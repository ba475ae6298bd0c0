/** Which colour means what on a terminal; without colours every paint gives its text back. */
import type { Colours } from './reporter.ts';
import type { Outcome, Tone } from './view.ts';

type Paint = (text: string) => string;

export interface Palette extends Colours {
  readonly outcome: Readonly<Record<Outcome, Paint>>;
  readonly tone: Readonly<Record<Tone, Paint>>;
  /** The offending field of a frame. */
  readonly mark: Paint;
}

const plain: Paint = (text) => text;
const none: Colours = {
  bold: plain,
  dim: plain,
  red: plain,
  green: plain,
  yellow: plain,
  blue: plain,
  magenta: plain,
  cyan: plain,
  inverse: plain,
};

export function palette(colours: Colours = none): Palette {
  const { red, green, yellow, magenta, cyan, dim, bold, inverse } = colours;
  return {
    ...colours,
    outcome: {
      pass: green,
      warn: yellow,
      fail: red,
      stale: red,
      error: magenta,
      inconclusive: cyan,
      known: yellow,
      notApplicable: dim,
    },
    tone: {
      good: (text) => bold(green(text)),
      warn: (text) => bold(yellow(text)),
      bad: (text) => bold(red(text)),
      unknown: (text) => bold(cyan(text)),
    },
    mark: (text) => inverse(red(text)),
  };
}
