/** A system, its identities and a workload → what the k6 script is told. */
import type { SystemUnderTest } from '../../src/sut/system-under-test.ts';
import { UsageError } from '../../src/usage-error.ts';
import { basicOf, buildOf, generatedIdentityParts } from '../plan.ts';
import type { Workload } from '../workload.ts';
import { defaultVus, type K6Plan, k6Options } from './plan.ts';

export interface PlanOptions {
  readonly sut: SystemUnderTest;
  readonly workload: Workload;
  /** Identities were made up. */
  readonly generated: boolean;
  readonly seed: number;
  /** Default: one for each 200 stations. */
  readonly vus?: number | undefined;
  /** Credentials and keys stand in the plan; else whoever runs it brings them. */
  readonly secrets: boolean;
  readonly samples: boolean;
}

/** @throws UsageError where k6 can't do what is asked for */
export function makeK6Plan({ sut, workload, generated, seed, vus, secrets, samples }: PlanOptions): K6Plan {
  const { stations } = workload;
  if (workload.search !== undefined)
    throw new UsageError(`--engine k6: ${workload.name} searches a rate, which k6 can't; take --engine node`);
  if (workload.scenarios.some(({ exec }) => exec === 'command'))
    throw new UsageError(
      `--engine k6: ${workload.name} has an operator, whom only the node engine has; take --engine node`,
    );
  const identities = sut.identities.slice(0, stations);
  const certificates = new Map(identities.flatMap(({ cert, key }) => (cert && key ? [[cert, key] as const] : [])));
  if (certificates.size > 1)
    throw new UsageError(
      '--engine k6: k6 has one client certificate for all stations, and here are several; take --engine node',
    );
  const [certificate] = certificates;
  const count = Math.min(stations, Math.max(vus ?? defaultVus(stations), 1));
  return {
    fleet: {
      url: sut.url ?? '',
      build: buildOf(sut, workload),
      timeoutMs: sut.timeoutMs,
      seed,
      hears: false,
      total: stations,
    },
    identities: generated ? generatedIdentityParts(stations) : identities.map(({ id }) => id),
    versions: sut.ocpp,
    ...(secrets &&
      identities.some(({ password }) => password !== undefined) && {
        basic: identities.map(({ id, password }) => (password === undefined ? null : basicOf(id, password))),
      }),
    workload: {
      rampMs: workload.rampMs,
      durationMs: workload.durationMs,
      gracefulStopMs: workload.gracefulStopMs,
      scenarios: workload.scenarios,
    },
    vus: count,
    samples,
    options: {
      ...k6Options(workload, count),
      ...(secrets && certificate && { tlsAuth: [{ cert: certificate[0], key: certificate[1] }] }),
    },
  };
}
