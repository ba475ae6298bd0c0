/** A precondition that was not reached: the case can't be judged, and says why. */
export class Unmet extends Error {
  override readonly name = 'Unmet';
}
