/** What `plugproof schedule` does with its file: reads, checks, calculates, tells and draws. */
import { ownSchema } from '../../schemas/own.ts';
import { ExitCode } from '../run/exit-code.ts';
import {
  type CompositeInput,
  type CompositePeriod,
  type CompositeSchedule,
  compositeSchedule,
  describeComposite,
  type Explanation,
  ImpossibleProfiles,
  NotModelled,
  plotSvg,
  UnreadableTime,
} from '../smart-charging/index.ts';
import { usageError } from '../sut/config/problem.ts';
import { type OwnSchemaName, validateOwn } from '../sut/config/validate.ts';
import { readYaml } from '../sut/config/yaml-source.ts';
import { UsageError } from '../usage-error.ts';

const SCHEMA = 'schedule' satisfies OwnSchemaName;

/** What the command prints, ends with, and wants written. */
export interface ScheduleOutcome {
  readonly stdout: string;
  readonly exitCode: number;
  readonly files: readonly { readonly path: string; readonly text: string }[];
}

/**
 * Reads a question about charging profiles, `plugproof schema schedule`.
 * @param fileName as it is shown to the user
 * @throws UsageError with file, line and column where the text is no such file
 */
export function readScheduleFile(text: string, fileName: string): CompositeInput {
  // JSON is YAML; reading it as such tells places, and members that stand twice.
  const source = readYaml(text, fileName, ownSchema(SCHEMA), {});
  const problems = source.problems.length > 0 ? source.problems : validateOwn(SCHEMA, source);
  if (problems.length > 0) throw usageError(problems);
  return source.value as CompositeInput;
}

/**
 * The composite schedule of a file, with its explanation; as JSON for programs.
 * @param request `plot` is the path of an SVG file that is wanted
 * @returns exit code 3 where the schedule can't be calculated beforehand
 * @throws UsageError where the file is wrong, or holds profiles that no station has at a time
 */
export function scheduleCommand(request: {
  readonly text: string;
  readonly fileName: string;
  readonly json: boolean;
  readonly plot?: string;
}): ScheduleOutcome {
  const input = readScheduleFile(request.text, request.fileName);
  try {
    const schedule = compositeSchedule(input);
    const explained = describeComposite(input);
    return {
      stdout: request.json ? `${JSON.stringify(schedule)}\n` : inWords(schedule, explained),
      exitCode: ExitCode.ok,
      files: request.plot === undefined ? [] : [{ path: request.plot, text: plotSvg(schedule, explained) }],
    };
  } catch (cause) {
    if (cause instanceof NotModelled) {
      const stdout = request.json
        ? `${JSON.stringify({ error: cause.message })}\n`
        : `Can't be calculated: ${cause.message}\n`;
      return { stdout, exitCode: ExitCode.inconclusive, files: [] };
    }
    if (cause instanceof ImpossibleProfiles || cause instanceof UnreadableTime)
      throw new UsageError(`${request.fileName}: ${cause.message}`);
    throw cause;
  }
}

function inWords(schedule: CompositeSchedule, explained: readonly Explanation[]): string {
  const lines = schedule.periods.map((period, at) => {
    const end = schedule.periods[at + 1]?.startPeriod ?? schedule.duration;
    const why = explained.filter(({ startPeriod, endPeriod }) => startPeriod < end && endPeriod > period.startPeriod);
    return [row(period, end, schedule.unit), ...why.map((part) => `${' '.repeat(10)}${whyIn(part, why.length)}`)].join(
      '\n',
    );
  });
  return [`From ${schedule.start}, ${schedule.duration} s:`, ...lines, ''].join('\n');
}

/** Where several profiles follow each other with the same limit, each says from when it is the one. */
const whyIn = ({ startPeriod, says }: Explanation, parts: number): string =>
  parts === 1 ? says : `from ${startPeriod} s: ${says}`;

function row({ startPeriod, limit, numberPhases, phaseToUse }: CompositePeriod, end: number, unit: string): string {
  const phases = [
    ...(numberPhases === undefined ? [] : [`${numberPhases} ${numberPhases === 1 ? 'phase' : 'phases'}`]),
    ...(phaseToUse === undefined ? [] : [`L${phaseToUse}`]),
  ];
  return [
    `${String(startPeriod).padStart(8)}  ${limit === undefined ? 'no limit' : `${limit} ${unit}`}`,
    ...phases,
    `until ${end} s`,
  ].join(', ');
}
