/** `--ocpp VERSION`, once or several times, also with commas. */
import { type OcppVersion, ocppVersions } from '../dialects/index.ts';
import { nearest } from '../nearest.ts';
import { UsageError } from '../usage-error.ts';

/** @throws UsageError where a version is not known */
export function readVersions(
  values: readonly string[] | string | undefined,
  fallback: readonly OcppVersion[],
): readonly OcppVersion[] {
  const words = [values ?? []].flat().flatMap((value) => value.split(','));
  if (words.length === 0) return fallback;
  return words.map((word) => {
    const version = ocppVersions.find((known) => known === word.trim().replace(/^ocpp/i, '').replace(/J$/, ''));
    if (version === undefined) {
      const near = nearest(word, ocppVersions);
      throw new UsageError(
        `--ocpp: no version '${word}'${near === undefined ? '' : `; did you mean '${near}'?`} There are: ${ocppVersions.join(', ')}.`,
      );
    }
    return version;
  });
}
