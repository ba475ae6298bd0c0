/** Finds k6: where the option says, where the environment says, on the path. */
import { spawnSync } from 'node:child_process';

/** WebSockets as the script uses them are there from this version on. */
const LEAST: readonly [major: number, minor: number] = [1, 6];

/** There is no k6 that can be used. */
export class NoK6 extends Error {
  override readonly name = 'NoK6';
}

const HOW = [
  'Get it: go install go.k6.io/k6@v1.8.1, or https://grafana.com/docs/k6/latest/set-up/install-k6/; then name it with --k6-bin or K6_BIN.',
  'The node engine needs nothing: leave --engine out, or say --engine node.',
].join('\n  ');

/**
 * @param named the option's value
 * @returns the command to start
 * @throws NoK6 with how to get it
 */
export function findK6(named: string | undefined, environment: Readonly<Record<string, string | undefined>>): string {
  const command = named ?? environment['K6_BIN'] ?? 'k6';
  const { stdout, error, status } = spawnSync(command, ['version'], { encoding: 'utf8', timeout: 20_000 });
  if (error !== undefined || status !== 0) {
    throw new NoK6(`there is no k6 at '${command}'${error === undefined ? '' : `: ${error.message}`}\n  ${HOW}`);
  }
  const [, major, minor] = /\bv(\d+)\.(\d+)\.\d+/.exec(stdout) ?? [];
  if (major === undefined || minor === undefined)
    throw new NoK6(`'${command} version' says no version of k6\n  ${HOW}`);
  const [one, two] = LEAST;
  if (Number(major) < one || (Number(major) === one && Number(minor) < two)) {
    throw new NoK6(`'${command}' is k6 ${major}.${minor}; ${one}.${two} or later is needed\n  ${HOW}`);
  }
  return command;
}
