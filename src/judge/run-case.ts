/** Runs one case against one SUT, in whatever time and over whatever wire, and makes its report. */
import type { MessageSchemas } from '../../schemas/types.ts';
import type { Clock } from '../clock.ts';
import { dialects, type OcppVersion } from '../dialects/index.ts';
import { operatorWords } from '../dialects/operator-words.ts';
import { stationWords } from '../dialects/station-words.ts';
import { seededRandom } from '../random.ts';
import type { CaseReport, ChartReport, Verdict } from '../report.ts';
import type { Actuator } from '../sut/actuators/actuator.ts';
import type { Driver } from '../sut/drivers/driver.ts';
import type { SystemUnderTest } from '../sut/system-under-test.ts';
import { Trace } from '../trace.ts';
import type { Dialer } from '../wire/transport.ts';
import { Broken } from './broken.ts';
import { csmsCast, stationCast } from './cast.ts';
import { Checks } from './checks.ts';
import type { Context } from './context.ts';
import { judgeTrace } from './invariants/index.ts';
import type { Facts } from './invariants/invariant.ts';
import type { Office } from './office.ts';
import type { Reception } from './reception.ts';
import type { Address } from './station-player.ts';
import { type CaseSpec, forVersion } from './test-case.ts';
import { Unmet, Unreachable } from './unmet.ts';
import { caseVerdict, worse } from './verdict.ts';

/** What a case needs to know whatever its SUT is: the SUT, the time, the seed. */
interface Surroundings {
  readonly sut: SystemUnderTest;
  readonly clock: Clock;
  readonly schemas: MessageSchemas;
  readonly seed: number;
  readonly strict: boolean;
  /** How many messages a case sends that could send thousands; some dozens, unless told. */
  readonly sample?: number;
  /** Whoever runs this says that the SUT is his, and may come to harm. */
  readonly owned?: boolean;
  /** Message ids, unique over every connection of the run. */
  readonly nextId: () => string;
}

/** Everything around a case that judges a CSMS. */
export interface Environment extends Surroundings {
  readonly dialer: Dialer;
  /** Path of the endpoint, without the identity. */
  readonly basePath: string;
  /** Credentials of the identity, for the opening handshake. */
  readonly headers: Readonly<Record<string, string>>;
  /** Other addresses of the CSMS, for the same identity. */
  readonly elsewhere?: readonly Address[];
  readonly driver: Driver;
  /** Where the CSMS can ask the authority of stations. */
  readonly office?: Office;
  /** Lends the configured tokens to one case at a time; the case gives them back when it ends. */
  readonly borrowTokens: () => Promise<() => void>;
}

/** Everything around a case that judges a charger. */
export interface StationEnvironment extends Surroundings {
  /** Where the station arrives. */
  readonly reception: Reception;
  readonly actuator: Actuator;
}

/** Messages that make a case of some seconds. */
const SAMPLE = 40;

/** What a clock that is only kept right does not move by. */
const STEP_MS = 5_000;

/** What a case report holds before the run adds what only it knows. */
export type CaseOutcome = Omit<CaseReport, 'octt' | 'suite' | 'block' | 'replay' | 'baseline'>;

/**
 * Runs `spec` in `version` as the station `identity`, or against it.
 * Never rejects: what goes wrong on our side is the verdict `error`.
 */
export async function runCase(
  spec: CaseSpec,
  version: OcppVersion,
  identity: string,
  environment: Environment | StationEnvironment,
): Promise<CaseOutcome> {
  const { sut, clock, schemas, strict } = environment;
  const dialect = dialects[version];
  const trace = new Trace(clock);
  const startedAt = clock.now();
  const began = clock.monotonic();
  const random = seededRandom(environment.seed, `${version} ${spec.id}`);
  const abort = new AbortController();
  const cleanups: (() => Promise<unknown> | unknown)[] = [];
  const charts: ChartReport[] = [];

  const options = {
    version,
    identity,
    trace,
    random,
    declared: forVersion(spec.needs, version) ?? [],
    signal: abort.signal,
    after: (clean: () => void) => cleanups.unshift(clean),
  };
  const cast = 'reception' in environment ? stationCast(environment, options) : csmsCast(environment, options);
  /** By how much the clock of this machine was set since the case began: what it tells then judges no other's time. */
  const steppedMs = () => clock.now() - startedAt - (clock.monotonic() - began);
  const toleranceS = () => (Math.abs(steppedMs()) > STEP_MS ? Number.POSITIVE_INFINITY : sut.clockToleranceS);
  const checks = new Checks(spec, version, strict, () => ({
    nowMs: clock.now(),
    clockToleranceS: toleranceS(),
    errorCodes: dialect.errorCodes,
    lastFrame: trace.frames().findLast(({ origin }) => origin === 'sut')?.n,
  }));
  const context: Context = Object.assign(cast.parts, {
    dialect,
    words: stationWords[version],
    orders: operatorWords[version],
    clock,
    sut,
    schemas,
    sample: environment.sample ?? SAMPLE,
    owned: environment.owned ?? false,
    random,
    ...('office' in environment && environment.office && { office: environment.office }),
    check: (id: string, judge: () => void) => checks.judge(id, judge),
    after: (clean: () => Promise<unknown> | unknown) => cleanups.push(clean),
    note: (text: string) => trace.happened('note', 'harness', text),
    chart: (chart: ChartReport) => charts.push(chart),
  } satisfies Partial<Context>);

  let reason: string | undefined;
  let cause: CaseReport['cause'];
  // A case that did not come to its end is never green, whatever was judged before.
  let floor: Verdict = 'notApplicable';
  try {
    cast.begin();
    await spec.run(context);
  } catch (thrown) {
    reason = thrown instanceof Error ? thrown.message : String(thrown);
    if (thrown instanceof Broken) {
      checks.breakOff(reason);
      floor = 'fail';
    } else if (thrown instanceof Unmet) floor = 'inconclusive';
    else if (thrown instanceof Unreachable) cause = 'unreachable';
    else {
      cause = 'defect';
      reason = `defect in the case: ${thrown instanceof Error ? (thrown.stack ?? reason) : reason}`;
    }
  }
  for (const clean of cleanups.reverse()) await settle(clean, context);
  await cast.end();
  abort.abort();

  const clockToleranceS = toleranceS();
  if (!Number.isFinite(clockToleranceS))
    context.note(
      `the clock of this machine was set by ${Math.round(steppedMs() / 1000)} s meanwhile: times are not judged`,
    );
  const facts: Facts = {
    dialect,
    sut: spec.sut === 'both' ? sut.role : spec.sut,
    schemas,
    clockToleranceS,
    startedAt,
    timeoutMs: sut.timeoutMs,
  };
  const invariants = judgeTrace(trace.events, facts, strict);
  // A case that stumbles over a message that is wrong is not at fault.
  if (cause === 'defect' && invariants.some(({ verdict, blame }) => verdict === 'fail' && blame === 'sut')) {
    context.note(`the case stumbled: ${reason?.split('\n')[0]}`);
    cause = undefined;
    floor = 'inconclusive';
    reason = 'the case ended early, since a message was not as it has to be';
  }
  const judged = checks.report(reason ?? 'the case ended before it was reached');
  const verdict = cause ? 'error' : worse(caseVerdict(judged, invariants), floor);
  const found = [...judged, ...invariants].find((one) => one.verdict === verdict)?.message;
  // What ended the case is the reason, unless something else made the verdict worse than that.
  const why = cause !== undefined || floor === verdict ? reason : (found ?? reason);
  if (verdict === 'error') cause ??= 'defect';
  return {
    id: spec.id,
    ocpp: version,
    title: spec.title,
    verdict,
    durationMs: Math.round(clock.monotonic() - began),
    identity: cast.identity(),
    ...(verdict !== 'pass' && why !== undefined && { reason: why }),
    ...(cause && { cause }),
    checks: judged,
    invariants,
    trace: trace.entries(),
    ...(charts.length > 0 && { charts }),
  };
}

/** A clean-up that fails is told, and changes no verdict. */
async function settle(clean: () => Promise<unknown> | unknown, context: Context): Promise<void> {
  try {
    await clean();
  } catch (thrown) {
    context.note(`clean-up: ${thrown instanceof Error ? thrown.message : String(thrown)}`);
  }
}
