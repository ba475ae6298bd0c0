/** `plugproof doctor`: what this machine and an endpoint can do, each line with its fix. */
import pc from 'picocolors';
import { loadMessageSchemas } from '../../../schemas/ocpp.ts';
import { ExitCode } from '../../run/exit-code.ts';
import type { Flags } from '../../sut/config/flags.ts';
import { type Config, loadConfig } from '../../sut/config/load-config.ts';
import { resolveSystemUnderTest } from '../../sut/config/resolve.ts';
import { UsageError } from '../../usage-error.ts';
import { doctor, type Patient, patientOf } from '../doctor.ts';

type Options = Readonly<Record<string, unknown>>;

/** Exit code 3 where something stands in the way. @throws UsageError where the options make no sense */
export async function doctorCommand(options: Options): Promise<number> {
  const surroundings = { cwd: process.cwd(), variables: process.env };
  const file = options['config'] as string | undefined;
  const read = () => loadConfig({ ...surroundings, ...(file !== undefined && { file }) });
  let failed = false;
  const patient = patientIn(quietly(read), options);
  const found = doctor({
    checkConfig: () => read()?.file,
    checkSchemas: () => {
      const checks = loadMessageSchemas().verifyAll();
      const faults = checks
        .filter(({ status }) => status !== 'official')
        .map(({ version, name, status }) => `${version} ${name}: ${status}`);
      return { checked: checks.length, faults };
    },
    ...(patient !== undefined && { patient }),
  });
  for await (const { level, says, fix } of found) {
    failed ||= level === 'fail';
    const paint = { ok: pc.green, warn: pc.yellow, fail: pc.red }[level];
    process.stdout.write(`${paint(level.padEnd(4))}  ${says}\n${fix === undefined ? '' : `      ${fix}\n`}`);
  }
  return failed ? ExitCode.inconclusive : ExitCode.ok;
}

/** The endpoint of the options or of plugproof.yaml; undefined where neither names one. */
function patientIn(config: Config | undefined, options: Options): Patient | undefined {
  const url = (options['url'] as string | undefined) ?? config?.value.sut?.url;
  if (url === undefined) return undefined;
  const flags: Flags = { ...(options as Flags), url };
  const known = flags.ocpp !== undefined || config?.value.sut?.ocpp !== undefined;
  const surroundings = { cwd: process.cwd(), variables: process.env };
  return patientOf(
    resolveSystemUnderTest('csms', config, known ? flags : { ...flags, ocpp: ['1.6', '2.0.1'] }, surroundings),
  );
}

/** A configuration that is wrong is one of the doctor's findings, and no reason to stop. */
function quietly(read: () => Config | undefined): Config | undefined {
  try {
    return read();
  } catch (cause) {
    if (cause instanceof UsageError) return undefined;
    throw cause;
  }
}
