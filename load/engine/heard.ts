/** What stations hear of an operator. */

/** A CALL of the CSMS, as a station heard it. */
export interface Heard {
  /** Over all workers. */
  readonly station: number;
  readonly action: string;
  /** Epoch milliseconds with a fraction. */
  readonly at: number;
}
