/** `plugproof doctor`: what this machine and an endpoint can do, each line with its fix. */
import pc from 'picocolors';
import { loadMessageSchemas } from '../../../schemas/ocpp.ts';
import { ExitCode } from '../../run/exit-code.ts';
import type { Flags } from '../../sut/config/flags.ts';
import { loadConfig } from '../../sut/config/load-config.ts';
import { resolveSystemUnderTest } from '../../sut/config/resolve.ts';
import { doctor, type Patient } from '../doctor.ts';

type Options = Readonly<Record<string, unknown>>;

/** Exit code 3 where something stands in the way. @throws UsageError where the options make no sense */
export async function doctorCommand(options: Options): Promise<number> {
  const surroundings = { cwd: process.cwd(), variables: process.env };
  const file = options['config'] as string | undefined;
  const read = () => loadConfig({ ...surroundings, ...(file !== undefined && { file }) });
  let failed = false;
  const found = doctor({
    checkConfig: () => read()?.file,
    checkSchemas: () => {
      const checks = loadMessageSchemas().verifyAll();
      const faults = checks.filter(({ status }) => status !== 'official').map(({ version, name, status }) => `${version} ${name}: ${status}`);
      return { checked: checks.length, faults };
    },
    ...(options['url'] !== undefined && { patient: patientOf(options) }),
  });
  for await (const { level, says, fix } of found) {
    failed ||= level === 'fail';
    const paint = { ok: pc.green, warn: pc.yellow, fail: pc.red }[level];
    process.stdout.write(`${paint(level.padEnd(4))}  ${says}\n${fix === undefined ? '' : `      ${fix}\n`}`);
  }
  return failed ? ExitCode.inconclusive : ExitCode.ok;
}

function patientOf(options: Options): Patient {
  const flags: Flags = { ...(options as Flags), ocpp: (options['ocpp'] as readonly string[] | undefined) ?? ['1.6', '2.0.1'] };
  const sut = resolveSystemUnderTest('csms', undefined, flags, { cwd: process.cwd(), variables: process.env });
  const [identity = { id: 'PLUGPROOF01' }] = sut.identities;
  return {
    url: sut.url ?? '',
    ocpp: sut.ocpp,
    identity,
    station: sut.station,
    timeoutMs: sut.timeoutMs,
    clockToleranceS: sut.clockToleranceS,
    ...(sut.ca !== undefined && { ca: sut.ca }),
  };
}
