/** Distribution of times: an HDR histogram of microseconds that can be sent, added and subtracted. */
import * as hdr from 'hdr-histogram-js';

/** One hour: more than any deadline. What is longer counts as an hour. */
const LONGEST_US = 3_600_000_000;
const DIGITS = 3;

const build = () =>
  hdr.build({
    bitBucketSize: 32,
    numberOfSignificantValueDigits: DIGITS,
    lowestDiscernibleValue: 1,
    highestTrackableValue: LONGEST_US,
  });

/** Times in milliseconds, kept to three significant digits. */
export class Trend {
  readonly #histogram: hdr.Histogram;

  constructor(histogram: hdr.Histogram = build()) {
    this.#histogram = histogram;
  }

  record(ms: number): void {
    const us = Math.round(ms * 1000);
    this.#histogram.recordValue(Math.max(0, Math.min(LONGEST_US, us)));
  }

  get count(): number {
    return this.#histogram.totalCount;
  }

  /** Milliseconds; 0 where nothing was recorded. @param p from 0 to 100 */
  percentile(p: number): number {
    if (this.count === 0) return 0;
    // A bucket stands for the largest value in it, and the largest of all may not be passed.
    return Math.min(this.#histogram.getValueAtPercentile(p), this.#histogram.maxValue) / 1000;
  }

  get mean(): number {
    return this.count === 0 ? 0 : this.#histogram.mean / 1000;
  }

  get min(): number {
    return this.percentile(0);
  }

  get max(): number {
    return this.#histogram.maxValue / 1000;
  }

  add(other: Trend): void {
    this.#histogram.add(other.#histogram);
  }

  subtract(other: Trend): void {
    this.#histogram.subtract(other.#histogram);
  }

  /** Short text: base64 of the compressed histogram. */
  encode(): string {
    return hdr.encodeIntoCompressedBase64(this.#histogram);
  }

  static decode(text: string): Trend {
    const trend = new Trend();
    if (text !== '') trend.#histogram.add(hdr.decodeFromCompressedBase64(text));
    return trend;
  }
}
