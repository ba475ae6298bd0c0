/** An option that takes several values takes the arguments behind it too: gives them back to their command. */
import { workloadNames } from '../../load/workload-file.ts';

type Options = Readonly<Record<string, unknown>>;

export interface Given {
  /** What is no option. */
  readonly words: readonly string[];
  readonly options: Options;
}

/** `load --ocpp 1.6 knee` means the workload: no version is called so, no kind of report, no address. */
export function loadArguments(words: readonly (string | undefined)[], options: Options): Given {
  const workloads = new Set(workloadNames());
  const names = (word: string) => workloads.has(word) || /\.ya?ml$/i.test(word);
  return giveBack(words, options, (word, option) => {
    if (word === 'export') return 2;
    return names(word) || (option === 'ocpp' && !VERSION.test(word)) ? 1 : 0;
  });
}

/** What may have been meant as a version. */
const VERSION = /^\W*(v|ocpp)?\d/i;

/** `list --ocpp 1.6 suites` */
export const listArguments = (words: readonly (string | undefined)[], options: Options): Given =>
  giveBack(words, options, (word, option) => (option === 'ocpp' && !VERSION.test(word) ? 1 : 0));

/** @param taken how many words from this one on are arguments; a first value is its option's own */
function giveBack(
  given: readonly (string | undefined)[],
  options: Options,
  taken: (word: string, option: string) => number,
): Given {
  const words = given.filter((word) => word !== undefined);
  if (words.length > 0) return { words, options };
  for (const [option, values] of Object.entries(options)) {
    if (!Array.isArray(values)) continue;
    const at = values.findIndex((word, i) => i > 0 && taken(String(word), option) > 0);
    if (at < 0) continue;
    const kept = [...values];
    const found = kept.splice(at, taken(String(values[at]), option)) as string[];
    return { words: found, options: { ...options, [option]: kept } };
  }
  return { words, options };
}
