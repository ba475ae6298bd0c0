/** The Report itself as JSON: pretty, and its keys always in the order in which the type declares them. */
import type { Reporter } from './reporter.ts';

/** Keys in order; `*` stands for any name, in alphabetical order; an array takes the shape of its elements. */
interface Shape {
  readonly [key: string]: Shape;
}

const names = (list: string): Shape => Object.fromEntries(list.split(' ').map((name) => [name, {}]));

const shape: Shape = {
  ...names('format formatVersion partial'),
  run: names('id command startedAt durationMs seed version argv planned notes'),
  sut: { ...names('role ocpp url securityProfile features'), about: { '*': {} } },
  summary: names('pass warn fail inconclusive notApplicable error known stale'),
  cases: {
    ...names('id ocpp octt title suite block verdict'),
    baseline: names('status reason at'),
    ...names('durationMs identity reason replay'),
    checks: names('id ref level says verdict expected actual message frame path'),
    invariants: names('id verdict blame message frame path ref'),
    trace: names('n at origin kind text action connection answers deliberate'),
  },
  grade: { ...names('value'), reasons: names('case says') },
  load: {
    ...names('engine stations'),
    metrics: {
      '*': {
        ...names('type'),
        values: names('count rate value avg min med max p(90) p(95) p(99) p(99.9)'),
        byTag: { '*': names('count rate value avg min med max p(90) p(95) p(99) p(99.9)') },
      },
    },
    thresholds: names('metric expr ok actual'),
    series: { ...names('at'), values: { '*': {} } },
    generator: names('workers cpuSeconds maxRssBytes latenessP99Ms saturated'),
  },
};

/** Known keys first, in their order; then the others by name, so that newer fields keep a place too. */
function ordered(value: unknown, form: Shape | undefined): unknown {
  if (Array.isArray(value)) return value.map((item) => ordered(item, form));
  if (typeof value !== 'object' || value === null) return value;
  const given = value as Readonly<Record<string, unknown>>;
  const known = Object.keys(form ?? {}).filter((key) => key !== '*' && Object.hasOwn(given, key));
  const others = Object.keys(given).filter((key) => !known.includes(key));
  const entries = [...known, ...others.sort()].map((key) => {
    const inner = form && Object.hasOwn(form, key) ? form[key] : form?.['*'];
    return [key, ordered(given[key], inner)] as const;
  });
  return Object.fromEntries(entries);
}

export const jsonReporter: Reporter = (report) => `${JSON.stringify(ordered(report, shape), null, 2)}\n`;
