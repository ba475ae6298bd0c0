/** What a load run shows while it runs: one block that is redrawn on a terminal, plain lines elsewhere. */
import type { LoadMoment } from './engine/engine.ts';

export interface LiveOptions {
  readonly tty: boolean;
  readonly write: (text: string) => void;
  /** Stations that are wanted. */
  readonly stations: number;
  /** Name of the workload. */
  readonly title: string;
}

export interface LiveView {
  moment(moment: LoadMoment): void;
  end(): void;
}

/** Plain lines come this often: a CI log is read later. */
const PLAIN_EVERY_MS = 10_000;

const PHASES: Readonly<Record<LoadMoment['phase'], string>> = {
  ramp: 'stations connect',
  load: 'under load',
  search: 'searching the knee',
  drain: 'awaiting the last answers',
  done: 'done',
};

export function createLiveView({ tty, write, stations, title }: LiveOptions): LiveView {
  let drawn = 0;
  let lastPlain = Number.NEGATIVE_INFINITY;
  let lastPhase = '';
  const erase = () => {
    if (drawn > 0) write(`\u001b[${drawn}A\u001b[J`);
    drawn = 0;
  };
  return {
    moment(moment) {
      if (tty) {
        const lines = block(moment, stations, title);
        erase();
        write(`${lines.join('\n')}\n`);
        drawn = lines.length;
        return;
      }
      if (moment.phase === 'done') return;
      if (moment.phase === lastPhase && moment.atMs - lastPlain < PLAIN_EVERY_MS) return;
      lastPhase = moment.phase;
      lastPlain = moment.atMs;
      write(`${plainLine(moment, stations)}\n`);
    },
    end() {
      erase();
    },
  };
}

/** One line for a log. */
export function plainLine({ phase, atMs, connected, counts, values, rate }: LoadMoment, stations: number): string {
  return [
    `${seconds(atMs)} ${PHASES[phase]}${rate === undefined || phase !== 'search' ? '' : ` at ${rate}/s`}`,
    `${connected}/${stations} stations`,
    `${whole(values['ocpp_calls'])} calls/s`,
    `p50 ${ms(values['ocpp_call_latency p(50)'])}`,
    `p99 ${ms(values['ocpp_call_latency p(99)'])}`,
    troubles(counts),
    `generator late ${ms(values['generator_lateness p(99)'])}`,
  ].join(', ');
}

function block(moment: LoadMoment, stations: number, title: string): string[] {
  const { phase, atMs, connected, accepted, counts, values, rate } = moment;
  return [
    `${title}  ${seconds(atMs)}  ${PHASES[phase]}${rate === undefined ? '' : ` at ${rate} calls/s`}`,
    `  stations   ${connected} connected, ${accepted} registered, of ${stations}`,
    `  calls      ${whole(values['ocpp_calls'])}/s, ${counts.ocpp_calls ?? 0} so far`,
    `  latency    p50 ${ms(values['ocpp_call_latency p(50)'])}, p99 ${ms(values['ocpp_call_latency p(99)'])}`,
    `  trouble    ${troubles(counts)}`,
    `  generator  late by ${ms(values['generator_lateness p(99)'])} at p99`,
  ];
}

function troubles(counts: LoadMoment['counts']): string {
  const words: readonly [string, number | undefined][] = [
    ['errors', counts.ocpp_call_errors],
    ['unanswered', counts.ocpp_calls_unanswered],
    ['dropped', counts.ocpp_dropped_calls],
    ['unexpected answers', counts.ocpp_answers_unexpected],
    ['connect errors', counts.ocpp_connect_errors],
    ['sessions lost', counts.ocpp_sessions_lost],
  ];
  const some = words.flatMap(([word, count]) => (count === undefined || count === 0 ? [] : [`${count} ${word}`]));
  return some.length === 0 ? 'no errors' : some.join(', ');
}

const seconds = (atMs: number): string => `${(atMs / 1000).toFixed(0)}s`;
const whole = (value: number | undefined): string => String(Math.round(value ?? 0));
const ms = (value: number | undefined): string =>
  value === undefined ? '-' : `${value < 10 ? value.toFixed(1) : Math.round(value)} ms`;
