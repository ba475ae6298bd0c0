/** The record of a load run: goes to disk second by second, so that a run that is killed leaves what it had. */

import type { LoadReport, Report, RunFacts, SutFacts } from '../src/report.ts';
import { summarise } from '../src/run/fold.ts';
import { Journal, type JournalEntry } from '../src/run/journal.ts';
import { redact } from '../src/sut/config/secrets.ts';
import type { LoadResult } from './result.ts';

/** What is known when a run begins. */
export interface RecordFacts {
  readonly run: Omit<RunFacts, 'durationMs'>;
  readonly sut: SutFacts;
  readonly engine: LoadReport['engine'];
  readonly stations: number;
  readonly secrets: readonly string[];
}

type Counted = Pick<LoadReport, 'metrics' | 'thresholds' | 'generator'>;

/** Everything that was counted is written down again whenever the run has become this much longer. */
const GROWTH = 1.02;

export class LoadRecord {
  readonly #facts: RecordFacts;
  readonly #journal: Journal;
  #nextAt = 0;
  #seconds = 0;

  /** @throws the system's error where the folder can't be written */
  constructor(folder: string, facts: RecordFacts) {
    this.#facts = facts;
    this.#journal = new Journal(folder, false);
    this.#add({ type: 'run', run: facts.run, sut: facts.sut });
    const generator = { workers: 0, cpuSeconds: 0, maxRssBytes: 0, latenessP99Ms: 0, saturated: false };
    this.#count({ metrics: {}, thresholds: [], generator });
  }

  /** True where it is time for `counted`: each second at first, less often later. */
  second(second: LoadReport['series'][number]): boolean {
    this.#add({ type: 'second', second });
    this.#seconds++;
    if (second.at < this.#nextAt) return false;
    this.#nextAt = second.at * GROWTH;
    return true;
  }

  /** What was counted up to now. */
  counted(counted: Counted): void {
    this.#count(counted);
  }

  /** The end. @returns the report, as it can also be made from the journal */
  end(result: LoadResult, durationMs: number): Report {
    const { run, sut, engine, stations, secrets } = this.#facts;
    const { metrics, thresholds, generator, series, notes, partial } = result;
    for (const second of series.slice(this.#seconds)) this.#add({ type: 'second', second });
    this.#count({ metrics, thresholds, generator });
    for (const text of notes) this.#add({ type: 'note', text });
    this.#add({ type: 'end', durationMs, partial });
    this.#journal.close();
    const report: Report = {
      format: 'plugproof-report',
      formatVersion: 1,
      partial,
      run: { ...run, durationMs, notes: [...run.notes, ...notes] },
      sut,
      summary: summarise([]),
      cases: [],
      grade: null,
      load: { engine, stations, metrics, thresholds, series, generator },
    };
    return JSON.parse(redact(JSON.stringify(report), secrets)) as Report;
  }

  #count(counted: Counted): void {
    const { engine, stations } = this.#facts;
    this.#add({ type: 'load', load: { engine, stations, ...counted } });
  }

  #add(entry: JournalEntry): void {
    this.#journal.add(JSON.parse(redact(JSON.stringify(entry), this.#facts.secrets)) as JournalEntry);
  }
}
