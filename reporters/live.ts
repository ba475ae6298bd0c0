/** Progress while cases run: one block redrawn on a terminal, plain lines in CI. */
// biome-ignore-all lint/suspicious/noControlCharactersInRegex: our own colours are taken out
import type { CaseReport } from '../src/report.ts';
import { palette } from './palette.ts';
import type { Colours } from './reporter.ts';
import { clip, columns, duration, oneLine, padLeft, withoutCommands } from './text.ts';
import { isRed, type Outcome, outcomeNames, outcomeOf, outcomes, reasonOf } from './view.ts';

export type LiveEvent =
  | { readonly type: 'planned'; readonly total: number }
  | { readonly type: 'caseStart'; readonly id: string; readonly ocpp?: string }
  | { readonly type: 'caseEnd'; readonly case: CaseReport };

export interface LiveOptions {
  readonly write: (text: string) => void;
  /** Milliseconds of any clock that does not step back. */
  readonly now: () => number;
  /** True where the block can be redrawn. */
  readonly tty: boolean;
  readonly width?: number;
  readonly colours?: Colours;
}

export interface Live {
  readonly event: (event: LiveEvent) => void;
  /** Draws what is due. The caller calls it now and then: this has no timer that could keep a process alive. */
  readonly tick: () => void;
  /** A line of somebody else's, above the block. */
  readonly print: (line: string) => void;
  /** Takes the block away; nothing is written after. */
  readonly end: () => void;
}

/** 5 Hz: faster flickers and costs. */
const REDRAW_MS = 200;
/** In CI, so that a watcher knows that it still runs. */
const LINE_MS = 10_000;
const BAR = 24;
const MOST_RUNNING = 3;

export function createLive(options: LiveOptions): Live {
  const { write, now, tty } = options;
  const paint = palette(options.colours);
  const width = Math.max(40, options.width ?? 80);
  const start = now();
  const running = new Map<string, number>();
  const counts = new Map<Outcome, number>();
  const fails: string[] = [];
  let total = 0;
  let done = 0;
  let drawn = 0;
  let last = tty ? Number.NEGATIVE_INFINITY : start;
  let ended = false;

  const tally = () =>
    outcomes
      .filter((outcome) => outcome !== 'pass' && (counts.get(outcome) ?? 0) > 0)
      .map((outcome) => paint.outcome[outcome](`${counts.get(outcome)} ${outcomeNames[outcome]}`));
  const progress = () => [`${done}/${total}`, ...tally(), paint.dim(duration(now() - start))].join('  ');

  const block = (): string[] => {
    const filled = total > 0 ? Math.min(BAR, Math.round((done / total) * BAR)) : 0;
    const bar = paint.green('█'.repeat(filled)) + paint.dim('░'.repeat(BAR - filled));
    const ids = [...running.keys()];
    const more = ids.length > MOST_RUNNING ? ` +${ids.length - MOST_RUNNING}` : '';
    const names = ids.slice(0, MOST_RUNNING).join(', ');
    return [
      narrow(`${bar}  ${progress()}`, width),
      ...(ids.length > 0 ? [`${paint.dim('running')}  ${clip(names, width - 9 - more.length)}${more}`] : []),
      ...fails.slice(-3).map((fail) => paint.red(clip(`✗ ${fail}`, width))),
    ];
  };
  const wipe = () => (drawn === 0 ? '' : `\u001b[${drawn}A\r\u001b[0J`);
  const draw = () => {
    const lines = block();
    write(`${wipe()}${lines.join('\n')}\n`);
    drawn = lines.length;
    last = now();
  };
  const tick = () => {
    if (ended) return;
    if (tty) {
      if (now() - last >= REDRAW_MS) draw();
    } else if (now() - last >= LINE_MS) {
      last = now();
      write(`${progress()}\n`);
    }
  };
  const print = (line: string) => {
    if (ended) return;
    write(`${tty ? wipe() : ''}${withoutCommands(line)}\n`);
    if (!tty) return;
    drawn = 0;
    draw();
  };
  const finished = (one: CaseReport) => {
    const outcome = outcomeOf(one);
    done++;
    leave(running, nameOf(one));
    counts.set(outcome, (counts.get(outcome) ?? 0) + 1);
    if (isRed(outcome)) fails.push(nameOf(one));
    if (tty || outcome === 'pass') return;
    const reason = oneLine(one.baseline?.reason ?? reasonOf(one));
    const head = `${padLeft(outcomeNames[outcome], 12)}  ${nameOf(one)}`;
    print(paint.outcome[outcome](head) + (reason === '' ? '' : `  ${clip(reason, 160)}`));
  };

  return {
    event: (event) => {
      if (ended) return;
      if (event.type === 'planned') total = event.total;
      else if (event.type === 'caseStart') running.set(nameOf(event), (running.get(nameOf(event)) ?? 0) + 1);
      else finished(event.case);
      tick();
    },
    tick,
    print,
    end: () => {
      if (ended) return;
      if (tty) write(wipe());
      ended = true;
    },
  };
}

/** A case may run several times at once, on several versions or identities. */
function leave(running: Map<string, number>, name: string): void {
  const left = (running.get(name) ?? 0) - 1;
  if (left > 0) running.set(name, left);
  else running.delete(name);
}

const nameOf = (one: { readonly id: string; readonly ocpp?: string }): string =>
  oneLine(one.ocpp === undefined ? one.id : `${one.id} ${one.ocpp}`);

/** A line with colours that is too long would wrap and break the redraw: then it goes without them. */
const narrow = (line: string, width: number): string =>
  columns(line) <= width ? line : clip(line.replace(/\u001b\[[0-9;]*m/g, ''), width);
