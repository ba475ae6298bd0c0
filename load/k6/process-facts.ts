/** What another process of ours costs, as far as Linux tells it. */
import { readFileSync } from 'node:fs';

export interface ProcessFacts {
  readonly cpuSeconds: number;
  readonly rssBytes: number;
  readonly maxRssBytes: number;
}

const NOTHING: ProcessFacts = { cpuSeconds: 0, rssBytes: 0, maxRssBytes: 0 };
/** Ticks of the clock that /proc counts in; the same on every Linux there is. */
const TICKS_A_SECOND = 100;

/** @returns noughts where it is gone, or the system does not tell */
export function processFacts(pid: number | undefined): ProcessFacts {
  if (pid === undefined) return NOTHING;
  try {
    // After the name, which may hold anything: state is the first field, utime the 12th, stime the 13th.
    const fields = readFileSync(`/proc/${pid}/stat`, 'utf8')
      .replace(/^.*\) /s, '')
      .split(' ');
    const status = readFileSync(`/proc/${pid}/status`, 'utf8');
    const bytes = (name: string) => Number(new RegExp(`^${name}:\\s+(\\d+) kB`, 'm').exec(status)?.[1] ?? 0) * 1024;
    return {
      cpuSeconds: (Number(fields[11]) + Number(fields[12])) / TICKS_A_SECOND,
      rssBytes: bytes('VmRSS'),
      maxRssBytes: bytes('VmHWM'),
    };
  } catch {
    return NOTHING;
  }
}
