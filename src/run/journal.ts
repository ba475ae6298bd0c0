/** The journal of a run: one JSON line for each thing that happened, written at once; it is the truth of the run. */
import { closeSync, fdatasync, fdatasyncSync, mkdirSync, openSync, rmSync, writeFileSync, writeSync } from 'node:fs';
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

/** What was written is on the disk itself after this, should the machine lose its power. */
const SYNC_MS = 250;
/** Entries that nobody wants to run again for. */
const PRECIOUS: ReadonlySet<JournalEntry['type']> = new Set(['run', 'case']);
/** Pipes and devices have nothing to keep. */
const UNKEPT: ReadonlySet<string> = new Set(['EINVAL', 'ENOTSUP', 'EROFS', 'EBADF']);

export class Journal {
  readonly path: string;
  readonly #entries: JournalEntry[] = [];
  readonly #keeps: boolean;
  readonly #ballast: string;
  #file: number | undefined;
  /** Why nothing more goes to disk; the entries stay in memory. */
  #broken: string | undefined;
  #timer: NodeJS.Timeout | undefined;
  #syncing = false;
  /** Something was written since the disk was last told. */
  #dirty = false;

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
      return;
    }
    this.#dirty = true;
    if (PRECIOUS.has(entry.type)) this.#sync();
    else this.#timer ??= setTimeout(() => this.#sync(), SYNC_MS).unref();
  }

  /** One at a time, and beside the run: a slow disk must make no message late. */
  #sync(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    if (this.#file === undefined || this.#syncing || !this.#dirty) return;
    this.#syncing = true;
    this.#dirty = false;
    fdatasync(this.#file, (cause) => {
      this.#syncing = false;
      if (this.#file === undefined) return;
      if (cause !== null && !UNKEPT.has(cause.code ?? '')) this.#broken ??= cause.message;
      if (this.#dirty) this.#timer ??= setTimeout(() => this.#sync(), SYNC_MS).unref();
    });
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
    clearTimeout(this.#timer);
    try {
      if (this.#broken === undefined) fdatasyncSync(file);
    } catch (cause) {
      const { code = '', message } = cause as NodeJS.ErrnoException;
      if (!UNKEPT.has(code)) this.#broken = message;
    }
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
