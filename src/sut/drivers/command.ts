/** The driver `command`: a program of the user, one for each operation or one for all. */
import type { Clock } from '../../clock.ts';
import type { Argv, OperationSettings } from '../config/config-file.ts';
import {
  type Driver,
  type DriverAnswer,
  DriverError,
  type DriverRequest,
  type SiteLimitRequest,
  type TokenRequest,
} from './driver.ts';
import { csmsSends } from './octt-trigger.ts';
import { type ProgramEnd, runProgram } from './program.ts';
import { type DriverSettings, operationFor } from './settings.ts';
import { fillText, type Scope } from './template.ts';

/** The program says: this I can't do. */
const EXIT_CANNOT = 3;

/** A program gets its order as one JSON object on stdin; the same values fill the placeholders of its arguments. */
export function commandDriver(settings: DriverSettings, clock: Clock): Driver {
  const { operations, createToken, setPassword, setSiteLimit, command, timeoutMs, dir, env } = settings;

  async function run(argv: Argv | undefined, scope: Scope, what: string, signal: AbortSignal): Promise<DriverAnswer> {
    if (argv === undefined) throw new DriverError('unsupported', `no program is named for ${what}`);
    const filled = argv.map((part) => fillText(String(part), { scope }));
    const end = await runProgram(
      { argv: filled, input: `${JSON.stringify(scope)}\n`, dir, timeoutMs, clock, ...(env && { env }) },
      signal,
    );
    if (end.ended !== 'exit')
      throw new DriverError('unreachable', `${what}: ${endOf(end, filled[0] ?? '', timeoutMs)}`);
    const last = lastLine(end.stderr) || lastLine(end.stdout);
    if (end.code === EXIT_CANNOT)
      throw new DriverError('unsupported', `${what}: ${filled[0]} can't do it${last && `: ${last}`}`);
    if (end.code !== 0)
      throw new DriverError('refused', `${what}: ${filled[0]} ended with exit code ${end.code}${last && `: ${last}`}`);
    return answerOf(end.stdout);
  }

  const programFor = (operation: OperationSettings | undefined) => operation?.command ?? command;

  return {
    name: 'command',
    verbatim: settings.verbatim ?? false,
    can: (version, action) =>
      csmsSends(version, action) && programFor(operationFor(operations, version, action)) !== undefined,
    chooses: (version, action) => operationFor(operations, version, action)?.chooses ?? [],
    perform({ station, version, action, payload }: DriverRequest, signal) {
      const scope = { operation: 'call', station, version, action, payload };
      return run(programFor(operationFor(operations, version, action)), scope, `${action} to ${station}`, signal);
    },
    ...(createToken && {
      async createToken(token: TokenRequest, signal: AbortSignal): Promise<void> {
        await run(programFor(createToken), { operation: 'create-token', ...token }, `token ${token.idToken}`, signal);
      },
    }),
    ...(setPassword && {
      async setPassword(station: string, password: string, signal: AbortSignal): Promise<void> {
        await run(
          programFor(setPassword),
          { operation: 'set-password', station, password },
          `password of ${station}`,
          signal,
        );
      },
    }),
    ...(setSiteLimit && {
      async setSiteLimit(limit: SiteLimitRequest, signal: AbortSignal): Promise<void> {
        const what = `site limit of ${limit.amperes} A`;
        await run(programFor(setSiteLimit), { operation: 'set-site-limit', ...limit }, what, signal);
      },
    }),
    close: async () => {},
  };
}

function endOf(end: Exclude<ProgramEnd, { ended: 'exit' }>, program: string, timeoutMs: number): string {
  if (end.ended === 'tooLate') return `${program} was ended after ${timeoutMs} ms`;
  return end.ended === 'givenUp' ? `${program} was given up` : end.says;
}

const lastLine = (text: string): string => text.trim().split('\n').at(-1)?.trim() ?? '';

/** `{ "response": …, "detail": … }` on stdout, or nothing, or words. */
function answerOf(stdout: string): DriverAnswer {
  const text = stdout.trim();
  if (text === '') return { confirmed: false };
  try {
    const { response, detail } = JSON.parse(text) as { response?: unknown; detail?: unknown };
    return {
      confirmed: false,
      ...(response !== undefined && { response }),
      ...(typeof detail === 'string' && { detail }),
    };
  } catch {
    return { confirmed: false, detail: lastLine(text) };
  }
}
