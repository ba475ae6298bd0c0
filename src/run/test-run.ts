/** A conformance run: plan → lanes → journal → report. Knows no console and no process. */
import { realClock } from '../clock.ts';
import type { OcppVersion } from '../dialects/index.ts';
import { type CaseOutcome, type Environment, runCase, type StationEnvironment } from '../judge/run-case.ts';
import { heldIdentity, octtOf } from '../judge/test-case.ts';
import type { CaseReport, Report, RunFacts, SutFacts } from '../report.ts';
import type { Identity, SystemUnderTest } from '../sut/system-under-test.ts';
import { fold } from './fold.ts';
import { Gate } from './gate.ts';
import type { Journal } from './journal.ts';
import { type LaneJob, runLanes } from './lanes.ts';
import type { Plan, PlanItem } from './plan.ts';

/** What a listener hears while a run goes on. */
export type RunEvent =
  | { readonly type: 'planned'; readonly total: number }
  | { readonly type: 'caseStart'; readonly id: string; readonly ocpp: OcppVersion }
  | { readonly type: 'caseEnd'; readonly case: CaseReport };

export interface TestRunOptions {
  readonly plan: Plan;
  readonly run: Omit<RunFacts, 'durationMs' | 'planned'>;
  readonly sut: SutFacts;
  readonly identities: readonly Identity[];
  /** Cases at a time; never more than there are identities. */
  readonly jobs: number;
  /** The way to the SUT for one identity. */
  readonly environment: (identity: Identity) => Environment | StationEnvironment;
  readonly journal: Journal;
  readonly signal: AbortSignal;
  readonly listener: (event: RunEvent) => void;
  /** Applies the baseline; the identity where there is none. */
  readonly excuse: (report: CaseReport) => CaseReport;
  /** A command that runs one case again. */
  readonly replay: (item: PlanItem) => string;
  /** Takes secrets out of a text. */
  readonly redact: (text: string) => string;
}

/** Runs the plan. @returns the report; partial where the signal stopped it */
export async function testRun(options: TestRunOptions): Promise<Report> {
  const { plan, journal, signal, listener } = options;
  const began = realClock.monotonic();
  journal.add({
    type: 'run',
    run: { ...options.run, planned: plan.items.length, notes: [...options.run.notes, ...plan.notes] },
    sut: options.sut,
  });
  listener({ type: 'planned', total: plan.items.length });

  const gate = new Gate();
  const lanes = Math.max(1, Math.min(options.jobs, options.identities.length));
  const jobs = plan.items.map((item) => job(item, options, gate));
  await runLanes<CaseOutcome, Job>(jobs, {
    lanes,
    signal,
    started: ({ item }) => listener({ type: 'caseStart', id: item.spec.id, ocpp: item.version }),
    ended: ({ item }, outcome) => {
      const report = finish(item, outcome, options);
      journal.add({ type: 'case', case: report });
      listener({ type: 'caseEnd', case: report });
    },
  });
  for (const text of gate.notes()) journal.add({ type: 'note', text });
  journal.add({ type: 'end', durationMs: Math.round(realClock.monotonic() - began), partial: signal.aborted });
  return fold(journal.entries);
}

interface Job extends LaneJob<CaseOutcome> {
  readonly item: PlanItem;
}

/** A case's own deadlines come first; this is for one that has none and never ends. */
const OVERRUN_FACTOR = 40;
/** The least of it: what is slow at a charger is slow however short an answer may take. */
const OVERRUN_MS = 600_000;

function job(item: PlanItem, options: TestRunOptions, gate: Gate): Job {
  const { spec, version } = item;
  const identityOf = (lane: number): Identity => options.identities[lane] ?? { id: '' };
  const [first] = options.identities;
  const { sut } = options.environment(first ?? { id: '' });
  // A case about a station that the CSMS holds back plays that one, in whatever lane.
  const held = heldIdentity(spec, sut, version);
  return {
    item,
    name: `${version} ${spec.id}`,
    // Stations that the SUT's owner set up are few, and shared by all cases.
    exclusive: spec.exclusive ?? spec.stations !== undefined,
    overrunMs: Math.max(OVERRUN_MS, sut.timeoutMs * OVERRUN_FACTOR),
    async run(lane) {
      const identity = held === undefined ? identityOf(lane) : identityNamed(held, sut.identities);
      const verdict = item.notApplicable ?? elsewhere(item, sut) ?? gate.closed;
      if (verdict !== undefined) return notRun(item, identity.id, verdict);
      const result = await runCase(spec, version, identity.id, options.environment(identity));
      gate.saw(result);
      return result;
    },
    failed: (lane, cause) => ({
      ...notRun(item, identityOf(lane).id, `defect: ${cause.stack ?? cause.message}`),
      verdict: 'error',
      cause: 'defect',
    }),
  };
}

/** Why a case that was named says nothing in the security profile of the run. */
function elsewhere({ spec: { profiles } }: PlanItem, { securityProfile }: SystemUnderTest): string | undefined {
  if (profiles === undefined || profiles.includes(securityProfile)) return undefined;
  return `it is about security profile ${profiles.join(', ')}, and the run is in ${securityProfile}: see --security-profile`;
}

/** A station with its credentials; one that stands nowhere else has the password that most of the others have. */
export function identityNamed(id: string, identities: readonly Identity[]): Identity {
  const known = identities.find((one) => one.id === id);
  if (known !== undefined) return known;
  const sharing = (password: Uint8Array | undefined) =>
    identities.filter((other) => String(other.password) === String(password)).length;
  const shared = identities.find(({ password }) => 2 * sharing(password) > identities.length)?.password;
  return { id, ...(shared !== undefined && { password: shared }) };
}

/** The outcome of a case that was not run, for a reason that stands for all its checks. */
function notRun({ spec, version, notApplicable }: PlanItem, identity: string, reason: string): CaseOutcome {
  const verdict = notApplicable === undefined ? 'inconclusive' : 'notApplicable';
  return {
    id: spec.id,
    ocpp: version,
    title: spec.title,
    verdict,
    durationMs: 0,
    identity,
    reason,
    checks: [],
    invariants: [],
    trace: [],
  };
}

function finish(item: PlanItem, outcome: CaseOutcome, options: TestRunOptions): CaseReport {
  const { spec, version, suite } = item;
  const octt = octtOf(spec, version).join(', ');
  const { id, ocpp, title, ...rest } = outcome;
  const report: CaseReport = {
    id,
    ocpp,
    ...(octt !== '' && { octt }),
    title,
    suite: suite.name,
    block: suite.title,
    ...rest,
    replay: options.replay(item),
  };
  return options.excuse(JSON.parse(options.redact(JSON.stringify(report))) as CaseReport);
}
