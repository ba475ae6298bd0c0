/** The journal of a run: one JSON line for each thing that happened, written at once; it is the truth of the run. */
import { closeSync, mkdirSync, openSync, rmSync, writeFileSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import type { CaseReport, LoadReport, RunFacts, SutFacts } from '../report.ts';

export type JournalEntry =
  | { readonly type: 'run'; readonly run: Omit<RunFacts, 'durationMs'>; readonly sut: SutFacts }
  | { readonly type: 'case'; readonly case: CaseReport }
  /** One second of a load run. */
  | { readonly type: 'second'; readonly second: LoadReport['series'][number] }
  /** What a load run had counted so far; the seconds stand beside it. */
  | { readonly type: 'load'; readonly load: Omit<LoadReport, 'series'> }
  | { readonly type: 'note'; readonly text: string }
  | { readonly type: 'end'; readonly durationMs: number; readonly partial: boolean };

export const JOURNAL = 'journal.jsonl';

/** Room that is kept for the reports, should the disk fill up meanwhile. */
const BALLAST = '.ballast';
const BALLAST_BYTES = 4 * 1024 * 1024;

export class Journal {
  readonly path: string;
  readonly #entries: JournalEntry[] = [];
  readonly #keeps: boolean;
  readonly #ballast: string;
  #file: number | undefined;
  /** Why nothing more goes to disk; the entries stay in memory. */
  #broken: string | undefined;

  /**
   * Starts the journal of the run folder `folder`, which is made.
   * @param keeps false where the entries stay on disk alone: a run of hours has many
   * @throws the system's error where it can't be made
   */
  constructor(folder: string, keeps = true) {
    this.#keeps = keeps;
    mkdirSync(folder, { recursive: true });
    this.path = join(folder, JOURNAL);
    this.#file = openSync(this.path, 'w');
    this.#ballast = join(folder, BALLAST);
    keepRoom(this.#ballast);
  }

  get entries(): readonly JournalEntry[] {
    return this.#entries;
  }

  /** Undefined as long as every line reached the disk. */
  get broken(): string | undefined {
    return this.#broken;
  }

  /** Never throws: a full disk must not cost what was judged. */
  add(entry: JournalEntry): void {
    if (this.#keeps) this.#entries.push(entry);
    if (this.#file === undefined) return;
    try {
      writeWhole(this.#file, `${JSON.stringify(entry)}\n`);
    } catch (cause) {
      this.#broken = cause instanceof Error ? cause.message : String(cause);
      this.#shut();
    }
  }

  /** Gives back the room that was kept: reports are written now. */
  release(): void {
    rmSync(this.#ballast, { force: true });
  }

  close(): void {
    this.release();
    this.#shut();
  }

  #shut(): void {
    if (this.#file === undefined) return;
    const file = this.#file;
    this.#file = undefined;
    closeSync(file);
  }
}

/** A disk that is full already has no room to keep. */
function keepRoom(path: string): void {
  try {
    writeFileSync(path, Buffer.alloc(BALLAST_BYTES));
  } catch {
    rmSync(path, { force: true });
  }
}

function writeWhole(file: number, text: string): void {
  const bytes = Buffer.from(text);
  let written = 0;
  while (written < bytes.length) written += writeSync(file, bytes, written);
}
