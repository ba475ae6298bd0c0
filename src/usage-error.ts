/** Bad input: what is wrong and what to do, for a person, without a stack trace. */

/** Ends the command with exit code 2; the message is all that is printed, and may have several lines. */
export class UsageError extends Error {
  override readonly name: string = 'UsageError';
}
