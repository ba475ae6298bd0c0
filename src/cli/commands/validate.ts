/** `plugproof validate`: judges messages against the schemas, offline. */
import { loadMessageSchemas } from '../../../schemas/ocpp.ts';
import { BadFile, type FrameVerdict, validateFile } from '../../../schemas/validate-file.ts';
import { ExitCode } from '../../run/exit-code.ts';
import { UsageError } from '../../usage-error.ts';
import { readVersions } from '../ocpp-option.ts';
import { readInput } from '../read-input.ts';

/** Exit code 1 where a frame is not valid. @throws UsageError where the file is no JSON */
export async function validate(file: string, options: Readonly<Record<string, unknown>>): Promise<number> {
  const text = readInput(file);
  const [ocpp] = readVersions(options['ocpp'] as string | undefined, []);
  const dir = options['schemas'] as string | undefined;
  const schemas = loadMessageSchemas(dir === undefined ? {} : { dir });
  let verdicts: FrameVerdict[];
  try {
    verdicts = validateFile(text, { schemas, ...(ocpp !== undefined && { ocpp }) });
  } catch (cause) {
    if (cause instanceof BadFile) throw new UsageError(`${file}:${cause.message}`);
    throw cause;
  }
  const lines = verdicts.map(options['json'] === true ? (verdict) => JSON.stringify(verdict) : inWords);
  const wrong = verdicts.filter(({ valid }) => !valid).length;
  if (options['json'] !== true) lines.push(`${verdicts.length} frames, ${wrong} not valid`);
  if (lines.length > 0) process.stdout.write(`${lines.join('\n')}\n`);
  return wrong === 0 ? ExitCode.ok : ExitCode.fail;
}

function inWords({ n, valid, errors }: FrameVerdict): string {
  const told = errors.map(
    ({ path, message, layer, note }) =>
      `\n    ${layer}: ${path || '(payload)'} ${message}${note === undefined ? '' : ` (${note})`}`,
  );
  return `${String(n).padStart(4)} ${valid ? 'valid' : 'NOT VALID'}${told.join('')}`;
}
