/** Names and seeds of runs. */
import { randomBytes } from 'node:crypto';

/** Seeds stay small enough to be typed. */
export const SEEDS = 2 ** 31;

/** `20261124-083000-4f2a`: sorts by time, and two runs in one second do not meet. */
export function newRunId(): string {
  const stamp = new Date().toISOString().replace(/[-:]/g, '').replace('T', '-').slice(0, 15);
  return `${stamp}-${randomBytes(2).toString('hex')}`;
}
