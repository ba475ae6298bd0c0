/** The SUT left out the very thing that the case is about, and itself said that it had done it. */
export class Broken extends Error {
  override readonly name = 'Broken';
}
