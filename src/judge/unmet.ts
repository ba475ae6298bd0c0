/** Why a case could not be judged. */

/** A precondition that was not reached: the verdict is inconclusive, and says why. */
export class Unmet extends Error {
  override readonly name = 'Unmet';
}

/** Nobody answers at the SUT's address: an error that is neither the SUT's conformance nor ours. */
export class Unreachable extends Error {
  override readonly name = 'Unreachable';
}
