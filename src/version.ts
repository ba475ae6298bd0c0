/** The version of plugproof, from its package.json. */
import { readFileSync } from 'node:fs';

let version: string | undefined;

/** Works from the sources and from the build, which lies one folder deeper. */
export function plugproofVersion(): string {
  version ??= read(['../package.json', '../../package.json']);
  return version;
}

function read(places: readonly string[]): string {
  for (const place of places) {
    try {
      const facts = JSON.parse(readFileSync(new URL(place, import.meta.url), 'utf8')) as {
        name?: string;
        version?: string;
      };
      if (facts.name === 'plugproof' && facts.version !== undefined) return facts.version;
    } catch {
      // Not here: the next place is tried.
    }
  }
  return '0.0.0';
}
