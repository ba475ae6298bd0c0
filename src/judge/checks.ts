/** Collects the verdicts of a case's checks: each starts inconclusive and has to be earned. */
import type { OcppVersion } from '../dialects/dialect.ts';
import type { CheckReport, Verdict } from '../report.ts';
import { showJson } from './show.ts';
import { type CaseSpec, type CheckSpec, forVersion } from './test-case.ts';
import { verdictOf, worse } from './verdict.ts';
import { judging, type Scope } from './words.ts';

type Finding = Pick<CheckReport, 'verdict' | 'expected' | 'actual' | 'message' | 'frame'>;

/** What a chai assertion throws. */
interface Assertion extends Error {
  readonly expected?: unknown;
  readonly actual?: unknown;
}

/** The moment of a check, asked for when it is judged. */
type Moment = () => Omit<Scope, 'frame'> & { readonly lastFrame: number | undefined };

export class Checks {
  readonly #spec: CaseSpec;
  readonly #version: OcppVersion;
  readonly #strict: boolean;
  readonly #moment: Moment;
  readonly #found = new Map<string, Finding>();

  constructor(spec: CaseSpec, version: OcppVersion, strict: boolean, moment: Moment) {
    this.#spec = spec;
    this.#version = version;
    this.#strict = strict;
    this.#moment = moment;
  }

  /** Judges one check. @throws what `judge` throws, unless it is an assertion */
  judge(id: string, judge: () => void): void {
    const spec = this.#spec.checks[id];
    if (spec === undefined) throw new Error(`${this.#spec.id} has no check '${id}'`);
    const { lastFrame, ...facts } = this.#moment();
    const scope: Scope = { ...facts, frame: lastFrame };
    try {
      judging(scope, judge);
      this.#take(id, { verdict: 'pass' });
    } catch (cause) {
      if (!isAssertion(cause)) throw cause;
      this.#take(id, {
        verdict: verdictOf(spec.level, this.#strict),
        ...told(cause),
        ...(scope.frame && { frame: scope.frame }),
      });
    }
  }

  /** The first check that was never reached fails: the SUT left out what it is about. */
  breakOff(message: string): void {
    const [id, spec] = Object.entries(this.#spec.checks).find(([id]) => !this.#found.has(id)) ?? [];
    if (id !== undefined && spec !== undefined)
      this.#take(id, { verdict: verdictOf(spec.level, this.#strict), message });
  }

  /** @param reason why what was not reached was not */
  report(reason: string): CheckReport[] {
    return Object.entries(this.#spec.checks).map(([id, spec]: [string, CheckSpec]) => ({
      id,
      ref: forVersion(spec.ref, this.#version) ?? '',
      level: spec.level,
      says: spec.says,
      ...(this.#found.get(id) ?? { verdict: 'inconclusive' as Verdict, message: reason }),
    }));
  }

  #take(id: string, finding: Finding): void {
    const before = this.#found.get(id);
    if (before === undefined || worse(before.verdict, finding.verdict) !== before.verdict) this.#found.set(id, finding);
  }
}

const isAssertion = (cause: unknown): cause is Assertion => cause instanceof Error && cause.name === 'AssertionError';

function told(cause: Assertion): Pick<Finding, 'expected' | 'actual' | 'message'> {
  return {
    message: plain(cause.message),
    ...('expected' in cause && cause.expected !== undefined && { expected: show(cause.expected) }),
    ...('actual' in cause && { actual: show(cause.actual) }),
  };
}

/** What chai says, in words for people who do not know chai. */
const plain = (message: string): string =>
  message
    .replace(
      /(^|: )(expected undefined to not equal undefined|Target cannot be null or undefined\.)$/,
      '$1it did not come',
    )
    .replace(/(?<![\w+])\+0(?![\w.])/g, '0');

const show = (value: unknown): string => (typeof value === 'string' ? value.slice(0, 2_000) : showJson(value));
