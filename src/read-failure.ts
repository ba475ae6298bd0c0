/** Why a file can't be read, in words: what the system says of it is for programmers. */

/** @param cause what reading threw */
export function readFailure(cause: unknown): string {
  const { code, message } = cause as NodeJS.ErrnoException;
  if (code === 'ENOENT') return 'there is no such file';
  if (code === 'EACCES' || code === 'EPERM') return 'it may not be read by this user';
  if (code === 'EISDIR') return 'it is a folder';
  if (code === 'ENOTDIR') return 'what would be its folder is a file';
  if (code === 'ELOOP') return 'its links lead to each other';
  if (code === 'ERR_STRING_TOO_LONG' || code === 'ERR_FS_FILE_TOO_LARGE') return 'it is too large';
  return message;
}
