/** `plugproof load export DIR`: writes the k6 script of a workload, and with --kubernetes its manifests. */
import { randomInt } from 'node:crypto';
import { relative } from 'node:path';
import { exportK6 } from '../../../load/k6/export.ts';
import { makeK6Plan } from '../../../load/k6/make-plan.ts';
import { defaultVus } from '../../../load/k6/plan.ts';
import { loadConfig } from '../../sut/config/load-config.ts';
import { UsageError } from '../../usage-error.ts';
import { prepareLoad, wholeOption } from '../load-options.ts';
import { SEEDS } from '../run-id.ts';

type Options = Readonly<Record<string, unknown>>;

const PODS = 4;
const MOST_PODS = 1_000;

/** @throws UsageError where what was asked for makes no sense */
export function exportLoad(folder: string | undefined, options: Options): number {
  if (folder === undefined) throw new UsageError('load export takes the folder to write to: plugproof load export DIR');
  const surroundings = { cwd: process.cwd(), variables: process.env };
  const file = options['config'] as string | undefined;
  const config =
    options['noConfig'] === true ? undefined : loadConfig({ ...surroundings, ...(file !== undefined && { file }) });
  const prepared = prepareLoad(undefined, options, config, surroundings, { here: false });
  const { settings, workload, generated, askedWorkers } = prepared;
  const { sut } = settings;
  const wanted = wholeOption(options, 'parallelism', 1, MOST_PODS) ?? PODS;
  const parallelism = options['kubernetes'] === true ? Math.min(wanted, workload.stations) : undefined;
  // Every pod needs a VU of its own.
  const vus = Math.max(askedWorkers ?? defaultVus(workload.stations), parallelism ?? 1);
  if (sut.securityProfile === 3)
    throw new UsageError('load export: client certificates can not go with the script; take plugproof load');
  const passwords = new Set(
    sut.identities.flatMap(({ password }) => (password ? [Buffer.from(password).toString('hex')] : [])),
  );
  if (passwords.size > 1)
    throw new UsageError('load export: the stations have passwords of their own, and the script takes one for all');
  const seed = settings.seed ?? randomInt(SEEDS);
  const plan = makeK6Plan({ sut, workload, generated, seed, vus, secrets: false, samples: false });
  try {
    const files = exportK6({ folder, plan, workload, password: passwords.size > 0, parallelism });
    for (const path of files) process.stdout.write(`${relative('', path) || path}\n`);
  } catch (cause) {
    throw new UsageError(`load export: ${cause instanceof Error ? cause.message : String(cause)}`);
  }
  return 0;
}
