/** Reads the text of a file that a user names, and says in words why it can't be read: the system's are for programmers. */
import { closeSync, openSync, readSync } from 'node:fs';

/** What fits into one text, nearly; devices have no end. */
const MOST_BYTES = 500_000_000;
const PIECE_BYTES = 1 << 20;

/**
 * @param file a path, or 0 for standard input
 * @throws what `readFailure` has words for
 */
export function readText(file: string | 0): string {
  const descriptor = file === 0 ? 0 : openSync(file, 'r');
  try {
    const pieces: Buffer[] = [];
    let size = 0;
    for (;;) {
      const piece = Buffer.allocUnsafe(PIECE_BYTES);
      const read = readSync(descriptor, piece);
      if (read === 0) return Buffer.concat(pieces, size).toString('utf8');
      pieces.push(piece.subarray(0, read));
      size += read;
      if (size > MOST_BYTES) throw Object.assign(new Error('too large'), { code: 'ERR_FS_FILE_TOO_LARGE' });
    }
  } finally {
    if (descriptor !== 0) closeSync(descriptor);
  }
}

/** @param cause what reading threw, or writing */
export function readFailure(cause: unknown): string {
  const { code = '', message } = cause as NodeJS.ErrnoException;
  return WORDS[code] ?? message;
}

const WORDS: Readonly<Record<string, string>> = {
  ENOENT: 'there is no such file',
  EACCES: 'it may not be read by this user',
  EPERM: 'it may not be read by this user',
  EISDIR: 'it is a folder',
  EEXIST: 'it is there already, and no folder',
  ENOSPC: 'the disk is full',
  EROFS: 'the disk may only be read',
  ENOTDIR: 'what would be its folder is a file',
  ELOOP: 'its links lead to each other',
  ERR_FS_FILE_TOO_LARGE: 'it is too large',
  ERR_STRING_TOO_LONG: 'it is too large',
};
