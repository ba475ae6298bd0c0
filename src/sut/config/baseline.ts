/** The baseline: known failures with their reasons. A listed failure is excused, a listed pass is stale. */
import type { OcppVersion } from '../../dialects/dialect.ts';
import { nearest } from '../../nearest.ts';
import type { CaseReport } from '../../report.ts';
import { globToRegExp } from '../../run/plan.ts';
import { type Loaded, loadOwn, type Surroundings } from './load-config.ts';
import { type Problem, usageError } from './problem.ts';
import { readVersion } from './values.ts';

export interface BaselineEntry {
  /** Case id, certification id, or glob of them; never with `#check`. */
  readonly case: string;
  readonly check?: string;
  /** Undefined for all versions. */
  readonly ocpp?: readonly OcppVersion[];
  readonly reason: string;
  /** Last day on which it excuses, as `2026-12-31`, in UTC. */
  readonly expires?: string;
  readonly message?: string;
  /** `baseline.yaml:12` */
  readonly at: string;
}

export interface Baseline {
  readonly file: string;
  readonly entries: readonly BaselineEntry[];
  /** Something wrong with an entry that the file alone does not tell. */
  problem(entry: BaselineEntry, says: string, fix?: string): Problem;
}

/** A case that there is, whether it is run this time or not. */
export interface KnownCase {
  readonly id: string;
  readonly ocpp: OcppVersion;
  /** Certification ids. */
  readonly octt: readonly string[];
  /** Ids of its checks. */
  readonly checks: readonly string[];
}

interface FileEntry {
  readonly case: string;
  readonly check?: string;
  readonly ocpp?: string | readonly string[];
  readonly reason: string;
  readonly expires?: string;
  readonly message?: string;
}

/** @throws UsageError with everything that is wrong with the file */
export function loadBaseline(path: string, surroundings: Surroundings): Baseline {
  const loaded = loadOwn<readonly FileEntry[]>('baseline', path, surroundings, '--baseline');
  const problems: Problem[] = [];
  const entries = loaded.value.map((entry, i) => entryOf(entry, i, loaded, problems));
  if (problems.length > 0) throw usageError(problems);
  return {
    file: loaded.file,
    entries,
    problem: (entry, says, fix) =>
      loaded.problem(
        [entries.indexOf(entry), entry.check === undefined ? 'case' : checkKey(loaded, entries.indexOf(entry))],
        says,
        fix,
      ),
  };
}

const checkKey = ({ value }: Loaded<readonly FileEntry[]>, i: number) =>
  value[i]?.check === undefined ? 'case' : 'check';

function entryOf(
  entry: FileEntry,
  i: number,
  loaded: Loaded<readonly FileEntry[]>,
  problems: Problem[],
): BaselineEntry {
  const blame = (key: string | readonly (string | number)[], says: string, fix: string) =>
    problems.push(loaded.problem([i, ...[key].flat()], says, fix));
  const [pattern = '', hashed, ...more] = entry.case.split('#');
  if (more.length > 0 || hashed === '') blame('case', `'${entry.case}' is no case and check`, "Write 'case#check'.");
  if (hashed !== undefined && entry.check !== undefined)
    blame('check', `the check is named twice: here and behind the '#' of case`, 'Strike one of them.');
  if (entry.expires !== undefined && !isDate(entry.expires))
    blame('expires', `there is no day ${entry.expires}`, 'Write year, month and day, such as 2026-12-31.');
  const versions = entry.ocpp === undefined ? undefined : [entry.ocpp].flat();
  const ocpp = versions?.flatMap((text, at) => {
    const reading = readVersion(text);
    if (reading.ok) return [reading.value];
    blame(Array.isArray(entry.ocpp) ? ['ocpp', at] : 'ocpp', reading.says, reading.fix);
    return [];
  });
  const check = hashed ?? entry.check;
  const { place } = loaded.problem([i, 'case'], '');
  return {
    case: pattern,
    ...(check !== undefined && { check }),
    ...(ocpp !== undefined && { ocpp }),
    reason: entry.reason,
    ...(entry.expires !== undefined && { expires: entry.expires }),
    ...(entry.message !== undefined && { message: entry.message }),
    at: `${loaded.file}:${place?.line ?? 1}`,
  };
}

/** Rolls over no month: 2026-02-30 is no day. */
const isDate = (text: string): boolean => {
  const date = new Date(`${text}T00:00:00Z`);
  return !Number.isNaN(date.getTime()) && date.toISOString().startsWith(text);
};

const DAY_MS = 86_400_000;

/** @param now milliseconds since the epoch */
export const hasExpired = ({ expires }: BaselineEntry, now: number): boolean =>
  expires !== undefined && now >= Date.parse(`${expires}T00:00:00Z`) + DAY_MS;

/** One sentence for each entry whose day is over: it excuses nothing any more. */
export const expiredNotes = ({ entries }: Baseline, now: number): string[] =>
  entries
    .filter((entry) => hasExpired(entry, now))
    .map((entry) => `${entry.at}: expired on ${entry.expires}, so that '${label(entry)}' is not excused any more`);

const label = ({ case: pattern, check }: BaselineEntry): string =>
  check === undefined ? pattern : `${pattern}#${check}`;

const names = (pattern: string): ((name: string) => boolean) => {
  const glob = globToRegExp(pattern);
  return (name) => glob.test(name);
};

const covers = (
  { case: pattern, ocpp }: BaselineEntry,
  id: string,
  octt: readonly string[],
  version: OcppVersion,
): boolean => (ocpp === undefined || ocpp.includes(version)) && [id, ...octt].some(names(pattern));

/**
 * Entries that name nothing there is.
 * @param cases every case of every role and version, so that an entry outside the selection is no error
 * @throws UsageError with the nearest name for each
 */
export function checkBaseline(baseline: Baseline, cases: readonly KnownCase[]): void {
  const problems = baseline.entries.flatMap((entry): Problem[] => {
    const fits = names(entry.case);
    const named = cases.filter(({ id, octt }) => [id, ...octt].some(fits));
    if (named.length === 0) {
      const near = nearest(entry.case, new Set(cases.flatMap(({ id, octt }) => [id, ...octt])));
      return [
        baseline.problem(
          entry,
          `no case is called '${entry.case}'`,
          `${near === undefined ? '' : `Did you mean '${near}'? `}See 'plugproof list cases'.`,
        ),
      ];
    }
    const meant = named.filter(({ ocpp }) => entry.ocpp === undefined || entry.ocpp.includes(ocpp));
    if (meant.length === 0) {
      const there = [...new Set(named.map(({ ocpp }) => ocpp))].join(', ');
      return [
        baseline.problem(entry, `'${entry.case}' has no OCPP ${entry.ocpp?.join(' or ')}`, `It is for: ${there}.`),
      ];
    }
    const checks = new Set(meant.flatMap((one) => one.checks));
    if (entry.check !== undefined && !checks.has(entry.check)) {
      const near = nearest(entry.check, checks);
      return [
        baseline.problem(
          entry,
          `'${entry.case}' has no check '${entry.check}'`,
          `${near === undefined ? '' : `Did you mean '${near}'? `}There are: ${[...checks].join(', ')}.`,
        ),
      ];
    }
    return [];
  });
  if (problems.length > 0) throw usageError(problems);
}

/**
 * What the baseline makes of one outcome: a case that fails in nothing but what is listed is known; one in which
 * something listed passes is stale. An error, an inconclusive or a not applicable case is never excused and never
 * stale, nor is a warning.
 * @param now milliseconds since the epoch
 */
export function applyBaseline(baseline: Baseline, report: CaseReport, now: number): CaseReport {
  if (report.verdict !== 'fail' && report.verdict !== 'pass' && report.verdict !== 'warn') return report;
  const octt = report.octt?.split(', ') ?? [];
  const entries = baseline.entries.filter(
    (entry) => !hasExpired(entry, now) && covers(entry, report.id, octt, report.ocpp),
  );
  const excuses =
    report.verdict === 'fail'
      ? failuresOf(report).map((failure) => entries.find((entry) => doesExcuse(entry, failure)))
      : [];
  // A failure that nobody listed is worse news than an entry that is out of date.
  if (excuses.includes(undefined)) return report;
  const stale = entries.find((entry) => isStale(entry, report));
  if (stale !== undefined)
    return marked(report, 'stale', stale, `listed as a known failure and passes: strike it (${stale.reason})`);
  const [first] = excuses;
  return first === undefined ? report : marked(report, 'known', first, first.reason);
}

function marked(report: CaseReport, status: 'known' | 'stale', { at }: BaselineEntry, reason: string): CaseReport {
  return { ...report, baseline: { status, reason, at } };
}

function isStale({ check }: BaselineEntry, report: CaseReport): boolean {
  if (check === undefined) return report.verdict === 'pass';
  return report.checks.some(({ id, verdict }) => id === check && verdict === 'pass');
}

/** Something that makes a case fail. */
interface Failure {
  /** Undefined for a broken invariant and for the case as a whole. */
  readonly check?: string;
  readonly message: string;
}

function failuresOf({ checks, invariants, reason }: CaseReport): readonly Failure[] {
  const failures = [
    ...checks
      .filter(({ verdict }) => verdict === 'fail')
      .map(({ id, message }): Failure => ({ check: id, message: message ?? '' })),
    ...invariants.filter(({ verdict }) => verdict === 'fail').map(({ message }): Failure => ({ message })),
  ];
  return failures.length > 0 ? failures : [{ message: reason ?? '' }];
}

const doesExcuse = ({ check, message }: BaselineEntry, failure: Failure): boolean =>
  (check === undefined || check === failure.check) && (message === undefined || failure.message.includes(message));
