/** The words of OCPP for chai: `expect(boot).to.be.callResult({ status: 'Accepted' })`. */
import { config, expect, use } from 'chai';
import type { CodeChoice } from '../dialects/dialect.ts';
import type { Reply } from '../session.ts';
import type { Ordered } from './context.ts';
import { inEssence } from './same-order.ts';
import { describe } from './station-player.ts';

/** Characters up to which a value is told as it is: what a list has in it matters to whoever has to mend it. */
config.truncateThreshold = 240;

declare global {
  namespace Chai {
    interface Assertion {
      /** A CALLRESULT whose payload has at least these members, deeply. */
      callResult(members?: Readonly<Record<string, unknown>>): Assertion;
      /** A CALLERROR with a code of this choice, or with any code of the version. */
      callError(choice?: CodeChoice): Assertion;
      /** An RFC 3339 time that is the judge's own, give or take `seconds` (default: the SUT's tolerance). */
      recentInstant(seconds?: number): Assertion;
      /** A reply that came within `ms` milliseconds. */
      respondWithin(ms: number): Assertion;
      /** A CALL that carries the whole of what the operator asked for, and nothing that he did not. */
      carryWhatWasAsked(): Assertion;
      /** Things of a trace (replies, CALLs) that happened in the order in which they stand. */
      inOrder(): Assertion;
    }
  }
}

/** What the words need to know of the case whose check is being judged. Checks are synchronous, so one is enough. */
export interface Scope {
  readonly nowMs: number;
  readonly clockToleranceS: number;
  readonly errorCodes: ReadonlySet<string>;
  /** Frame that a failure points at. */
  frame: number | undefined;
}

let scope: Scope | undefined;

/** Runs `judge` with `current` as the scope of the words. */
export function judging<T>(current: Scope, judge: () => T): T {
  const outer = scope;
  scope = current;
  try {
    return judge();
  } finally {
    scope = outer;
  }
}

const current = (): Scope => {
  if (scope === undefined) throw new Error('the words of OCPP work inside check() only');
  return scope;
};

/** True where every member of `part` stands in `whole`, deeply; arrays are compared whole. */
function contains(whole: unknown, part: unknown): boolean {
  if (part === null || typeof part !== 'object') return Object.is(whole, part);
  if (whole === null || typeof whole !== 'object' || Array.isArray(whole) !== Array.isArray(part)) return false;
  if (Array.isArray(part)) {
    return (
      part.length === (whole as unknown[]).length && part.every((item, i) => contains((whole as unknown[])[i], item))
    );
  }
  return Object.entries(part).every(([key, value]) => contains((whole as Record<string, unknown>)[key], value));
}

/** RFC 3339 with an offset, to be read by Date. */
const INSTANT = /^\d{4}-\d{2}-\d{2}[Tt]\d{2}:\d{2}:\d{2}(\.\d+)?([Zz]|[+-]\d{2}:\d{2})$/;

use((chai) => {
  chai.Assertion.addMethod('callResult', function (members = {}) {
    const reply = this._obj as Reply;
    current().frame = reply.n;
    const fits = reply.kind === 'callresult' && contains(reply.payload, members);
    const wanted = `CALLRESULT ${JSON.stringify(members)}`;
    this.assert(
      fits,
      `${reply.action}: expected ${wanted}, got #{act}`,
      'expected no such CALLRESULT',
      wanted,
      describe(reply),
    );
  });

  chai.Assertion.addMethod('callError', function (choice?: CodeChoice) {
    const reply = this._obj as Reply;
    const { errorCodes } = current();
    current().frame = reply.n;
    const codes = choice ? [choice.preferred, ...choice.accepted] : [...errorCodes];
    const fits = reply.kind === 'callerror' && codes.includes(reply.code ?? '');
    const wanted = choice ? `CALLERROR ${codes.join(' or ')}` : 'a CALLERROR';
    this.assert(
      fits,
      `${reply.action}: expected ${wanted}, got #{act}`,
      'expected no such CALLERROR',
      wanted,
      describe(reply),
    );
  });

  chai.Assertion.addMethod('recentInstant', function (seconds?: number) {
    const text: unknown = this._obj;
    const { nowMs, clockToleranceS } = current();
    const tolerance = Number.isFinite(clockToleranceS) ? (seconds ?? clockToleranceS) : clockToleranceS;
    const wanted = `${new Date(nowMs).toISOString()} ± ${tolerance} s`;
    const off = typeof text === 'string' && INSTANT.test(text) ? Math.abs(Date.parse(text) - nowMs) / 1000 : Number.NaN;
    this.assert(off <= tolerance, 'expected a time of #{exp}, got #{act}', 'expected another time', wanted, text);
  });

  chai.Assertion.addMethod('respondWithin', function (ms: number) {
    const reply = this._obj as Reply;
    current().frame = reply.n;
    const fits = (reply.kind === 'callresult' || reply.kind === 'callerror') && reply.ms <= ms;
    this.assert(
      fits,
      'expected an answer within #{exp}, got #{act}',
      'expected a later answer',
      `${ms} ms`,
      `${describe(reply)} after ${Math.round(reply.ms)} ms`,
    );
  });

  chai.Assertion.addMethod('carryWhatWasAsked', function () {
    const { call, asked, free } = this._obj as Ordered;
    current().frame = call.n;
    const what = `${call.action} carries what the operator asked for`;
    new chai.Assertion(inEssence(call.payload, free), what).to.deep.equal(inEssence(asked, free));
  });

  chai.Assertion.addMethod('inOrder', function () {
    const numbers = (this._obj as readonly { n: number }[]).map(({ n }) => n);
    const sorted = numbers.every((n, i) => i === 0 || n > (numbers[i - 1] as number));
    this.assert(
      sorted,
      'expected frames in order #{exp}, got #{act}',
      'expected another order',
      [...numbers].sort((a, b) => a - b),
      numbers,
    );
  });
});

export { expect };
