/** Runs one case against one SUT, in whatever time and over whatever wire, and makes its report. */
import type { MessageSchemas } from '../../schemas/types.ts';
import type { Clock } from '../clock.ts';
import { dialects, type OcppVersion } from '../dialects/index.ts';
import { operatorWords } from '../dialects/operator-words.ts';
import { probeFor } from '../dialects/probes.ts';
import { stationWords } from '../dialects/station-words.ts';
import { seededRandom } from '../random.ts';
import type { CaseReport, Verdict } from '../report.ts';
import type { Payload, Session } from '../session.ts';
import type { Driver } from '../sut/drivers/driver.ts';
import type { SystemUnderTest } from '../sut/system-under-test.ts';
import { Trace } from '../trace.ts';
import type { Dialer } from '../wire/transport.ts';
import { Broken } from './broken.ts';
import { Checks } from './checks.ts';
import type { Context } from './context.ts';
import { judgeTrace } from './invariants/index.ts';
import type { Facts } from './invariants/invariant.ts';
import { stationManners } from './manners.ts';
import { makeOperator } from './operator.ts';
import { StationPlayer } from './station-player.ts';
import { type CaseSpec, forVersion } from './test-case.ts';
import { makeTokens } from './tokens.ts';
import { Unmet, Unreachable } from './unmet.ts';
import { caseVerdict, worse } from './verdict.ts';

/** Everything around a case: the SUT, the way to it, the time, the seed. */
export interface Environment {
  readonly sut: SystemUnderTest;
  readonly dialer: Dialer;
  /** Path of the endpoint, without the identity. */
  readonly basePath: string;
  /** Credentials of the identity, for the opening handshake. */
  readonly headers: Readonly<Record<string, string>>;
  readonly driver: Driver;
  readonly clock: Clock;
  readonly schemas: MessageSchemas;
  readonly seed: number;
  readonly strict: boolean;
  /** Message ids, unique over every connection of the run. */
  readonly nextId: () => string;
  /** Lends the configured tokens to one case at a time; the case gives them back when it ends. */
  readonly borrowTokens: () => Promise<() => void>;
}

/** A second answer, or a CALL too many, comes close behind what it repeats: it is waited for before hanging up. */
const LINGER_MS = 20;

/** What a case report holds before the run adds what only it knows. */
export type CaseOutcome = Omit<CaseReport, 'octt' | 'suite' | 'block' | 'replay' | 'baseline'>;

/**
 * Runs `spec` in `version` as the station `identity`.
 * Never rejects: what goes wrong on our side is the verdict `error`.
 */
export async function runCase(
  spec: CaseSpec,
  version: OcppVersion,
  identity: string,
  environment: Environment,
): Promise<CaseOutcome> {
  const { sut, clock, schemas, strict, driver } = environment;
  const dialect = dialects[version];
  const trace = new Trace(clock);
  const startedAt = clock.now();
  const began = clock.monotonic();
  const random = seededRandom(environment.seed, `${version} ${spec.id}`);
  const abort = new AbortController();
  const cleanups: (() => Promise<unknown> | unknown)[] = [];

  const station = new StationPlayer({
    identity,
    dialect,
    clock,
    trace,
    dialer: environment.dialer,
    basePath: environment.basePath,
    headers: environment.headers,
    nextId: environment.nextId,
    timeoutMs: sut.timeoutMs,
    manners: stationManners(version),
  });
  const operator = makeOperator({
    driver,
    station,
    version,
    clock,
    trace,
    timeoutMs: sut.timeoutMs,
    manners: stationManners(version),
    declared: forVersion(spec.needs, version) ?? [],
  });
  const checks = new Checks(spec, version, strict, () => ({
    nowMs: clock.now(),
    clockToleranceS: sut.clockToleranceS,
    errorCodes: dialect.errorCodes,
    lastFrame: trace.frames().findLast(({ origin }) => origin === 'sut')?.n,
  }));
  const context: Context = {
    dialect,
    words: stationWords[version],
    orders: operatorWords[version],
    clock,
    sut,
    station,
    operator,
    peer: {
      probe: probeFor(version, sut.role),
      open: () => registered(station, stationWords[version].boot(sut.station)),
    },
    random,
    token: makeTokens({
      sut,
      driver,
      version,
      random,
      signal: abort.signal,
      borrow: async () => {
        cleanups.unshift(await environment.borrowTokens());
      },
    }),
    check: (id, judge) => checks.judge(id, judge),
    after: (clean) => cleanups.push(clean),
    note: (text) => trace.happened('note', 'harness', text),
  };

  let reason: string | undefined;
  let cause: CaseReport['cause'];
  // A case that did not come to its end is never green, whatever was judged before.
  let floor: Verdict = 'notApplicable';
  try {
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
  await operator.end();
  if (station.connected) await clock.sleep(LINGER_MS);
  await station.end();
  abort.abort();

  const facts: Facts = {
    dialect,
    sut: spec.sut === 'both' ? sut.role : spec.sut,
    schemas,
    clockToleranceS: sut.clockToleranceS,
    startedAt,
    timeoutMs: sut.timeoutMs,
  };
  const invariants = judgeTrace(trace.events, facts, strict);
  const judged = checks.report(reason ?? 'the case ended before it was reached');
  const verdict = cause ? 'error' : worse(caseVerdict(judged, invariants), floor);
  if (verdict === 'error') cause ??= 'defect';
  const why =
    reason ??
    judged.find((check) => check.verdict === verdict)?.message ??
    invariants.find((i) => i.verdict === verdict)?.message;
  return {
    id: spec.id,
    ocpp: version,
    title: spec.title,
    verdict,
    durationMs: Math.round(clock.monotonic() - began),
    identity,
    ...(verdict !== 'pass' && why !== undefined && { reason: why }),
    ...(cause && { cause }),
    checks: judged,
    invariants,
    trace: trace.entries(),
  };
}

/** A fresh connection of a station that the CSMS has accepted. */
async function registered(station: StationPlayer, boot: Payload): Promise<Session> {
  await station.disconnect();
  const session = await station.connect();
  const answer = await station.need('BootNotification', boot);
  if (answer.payload['status'] !== 'Accepted')
    throw new Unmet(`the CSMS answered the boot with ${String(answer.payload['status'])}`);
  return session;
}

/** A clean-up that fails is told, and changes no verdict. */
async function settle(clean: () => Promise<unknown> | unknown, context: Context): Promise<void> {
  try {
    await clean();
  } catch (thrown) {
    context.note(`clean-up: ${thrown instanceof Error ? thrown.message : String(thrown)}`);
  }
}
