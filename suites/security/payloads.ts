/** Payloads that break one rule of their schema each, over every action: both roles, by seed, a sample unless all are asked for. */
import type { OcppVersion } from '../../src/dialects/dialect.ts';
import type { Context } from '../../src/judge/context.ts';
import { suite, testCase } from '../../src/judge/test-case.ts';
import { Unmet } from '../../src/judge/unmet.ts';
import { expect } from '../../src/judge/words.ts';
import { encodeCall } from '../../src/ocppj/encode.ts';
import type { Level } from '../../src/report.ts';
import type { Session } from '../../src/session.ts';
import { bracket } from '../ocppj/control.ts';
import {
  codesFit,
  freshId,
  idsFit,
  unserved as notServed,
  notSilent,
  notWedged,
  type Provoked,
  provoke,
} from '../ocppj/provoke.ts';
import { refusedChecks, refusedFaults } from '../ocppj/refused.ts';
import { keepsGentle } from './gentle.ts';
import { type Rule, rules, smaller } from './mutations.ts';
import { actionsFor, inRounds, isWrong, type Spoilt } from './spoilt.ts';

const all = ['1.6', '2.0.1', '2.1'] as const;
const v2 = ['2.0.1', '2.1'] as const;

/** Rules that 1.6 leaves to the receiver's care: its text fixes the form and gives nobody a duty to count. */
const LENIENT_16: ReadonlySet<string> = new Set([
  'too-long',
  'extra-field',
  'null-field',
  'empty-list',
  'number-as-text',
  'no-time',
  'no-integer',
  'empty-object',
]);
/** Generous receivers read what is meant. */
const LENIENT: ReadonlySet<string> = new Set(['number-as-text', 'value-case']);

/** Messages that are sent again to find the shortest one that is served as well. */
const MOST_TRIALS = 100;

class Bench {
  readonly #context: Context<'alive'>;
  /** Whether a valid message was served, by its text. */
  readonly #twins = new Map<string, boolean>();
  #session: Session;

  constructor(context: Context<'alive'>, session: Session) {
    this.#context = context;
    this.#session = session;
  }

  async #open(): Promise<Session> {
    if (!this.#session.open) this.#session = await this.#context.peer.open();
    return this.#session;
  }

  async send(id: string, action: string, payload: unknown): Promise<Provoked> {
    return provoke(this.#context, await this.#open(), [encodeCall(id, action, payload)], true);
  }

  /** True where the SUT serves the valid message: only then does a refusal of the other one say anything. */
  async serves({ action, twin }: Spoilt): Promise<boolean> {
    const text = JSON.stringify([action, twin]);
    let served = this.#twins.get(text);
    if (served === undefined) {
      const { answers } = await this.send(freshId(this.#context), action, twin);
      served = answers.some(({ kind }) => kind === 'callresult');
      this.#twins.set(text, served);
    }
    return served;
  }

  /** The shortest message with the same fault that is served as well. */
  async shortest(bad: Spoilt): Promise<unknown> {
    let payload = bad.payload;
    let trials = 0;
    for (let found = true; found && trials < MOST_TRIALS; ) {
      found = false;
      for (const candidate of smaller(payload, bad.at)) {
        if (trials >= MOST_TRIALS) break;
        if (!isWrong(this.#context, bad.action, candidate) || missesMore(this.#context, bad, candidate)) continue;
        if (harms(this.#context, bad, candidate)) continue;
        trials++;
        const { answers } = await this.send(freshId(this.#context), bad.action, candidate);
        if (!answers.some(({ kind }) => kind === 'callresult')) continue;
        payload = candidate;
        found = true;
        break;
      }
    }
    return payload;
  }
}

/** True where what was taken away is itself a fault. */
const missesMore = ({ dialect, schemas }: Context, bad: Spoilt, candidate: unknown): boolean => {
  const faults = (payload: unknown) => schemas.validate(dialect.version, bad.action, 'call', payload).length;
  return faults(candidate) > faults(bad.payload);
};

/** True where what was taken away kept a charger from harm. */
const harms = ({ dialect, sut }: Context, { action, at }: Spoilt, candidate: unknown): boolean =>
  sut.role === 'station' && !keepsGentle(dialect.version, action, candidate, at);

/** A judge whose assertions say where. */
const located = (where: string, judge: () => void) => () => {
  try {
    judge();
  } catch (cause) {
    if (cause instanceof Error) cause.message = `${where}: ${cause.message}`;
    throw cause;
  }
};

/** Findings in words, as many as a reader can take in. */
const MOST_TOLD = 5;

/** Rules that a receiver may overlook, by version. */
const OVERLOOKED: Readonly<Record<OcppVersion, ReadonlySet<string>>> = {
  '1.6': new Set([...LENIENT, ...LENIENT_16]),
  '2.0.1': LENIENT,
  '2.1': LENIENT,
};

const levelOf = (rule: Rule, version: OcppVersion): Level => (OVERLOOKED[version].has(rule.id) ? 'SHOULD' : 'SHALL');

const payloadCase = (rule: Rule, versions: readonly OcppVersion[], suffix: string) =>
  testCase({
    id: `security/payloads/${rule.id}${suffix}`,
    title: `${rule.title}${suffix === '' ? '' : ' (1.6)'}`,
    sut: 'both',
    versions,
    offensive: true,
    onRequest: true,
    checks: refusedChecks(levelOf(rule, versions[0] ?? '2.0.1')),
    catches: refusedFaults,
    async run(context) {
      const { check, dialect, note, sample } = context;
      const codes = dialect.codes[rule.offence];
      const anyCode = { preferred: codes.preferred, accepted: [...codes.accepted, ...ALSO[dialect.version]] };
      let judged = 0;
      const seen = new Set<string>();
      const unserved = new Set<string>();
      await bracket(context, async (first) => {
        const bench = new Bench(context, first);
        const served: string[] = [];
        for (const one of inRounds(context, rule, 'wrong')) {
          if (judged >= sample) break;
          if (!(await bench.serves(one))) {
            unserved.add(one.action);
            continue;
          }
          judged++;
          seen.add(one.action);
          const id = freshId(context);
          const got = await bench.send(id, one.action, one.payload);
          const taken = got.answers.some(({ kind }) => kind === 'callresult');
          if (taken && served.length < MOST_TOLD) {
            const least = await bench.shortest(one);
            served.push(`${one.action} with ${one.at} that ${one.what}: ${JSON.stringify(least)}`);
          } else if (taken) served.push(`${one.action} ${one.at}`);
          const where = `${one.action}: ${one.at} ${one.what}`;
          if (!taken)
            check(
              'unserved',
              located(where, () => notServed(got)),
            );
          check(
            'code',
            located(where, () => codesFit(got, anyCode)),
          );
          check(
            'id',
            located(where, () => idsFit(got, [id])),
          );
          check(
            'told',
            located(where, () => notSilent(got)),
          );
          check(
            'alive',
            located(where, () => notWedged(got)),
          );
        }
        if (served.length > 0)
          check('unserved', () =>
            expect.fail(`${served.length} served; the shortest of them: ${served.slice(0, MOST_TOLD).join(' · ')}`),
          );
      });
      note(`${judged} messages were sent${judged < sample ? ', all that there are' : '; --sample all sends the rest'}`);
      note(actionsTold(actionsFor(context), seen, unserved));
      if (judged === 0) throw new Unmet('the SUT serves no valid message of any action that can be wrong in that way');
    },
  });

/** Which actions were judged, and why others were not. */
function actionsTold(all: readonly string[], seen: ReadonlySet<string>, refused: ReadonlySet<string>): string {
  const left = all.filter((action) => !seen.has(action));
  const valid = left.filter((action) => refused.has(action));
  const without = left.filter((action) => !refused.has(action));
  return [
    `${seen.size} of ${all.length} actions were judged`,
    ...(valid.length > 0 ? [`no valid message was served of ${valid.join(', ')}`] : []),
    ...(without.length > 0 ? [`nothing to spoil that way, or beyond the sample: ${without.join(', ')}`] : []),
  ].join('; ');
}

/** One thing that is wrong may be told in several words: what a schema calls a type, another calls a value. */
const ALSO: Readonly<Record<OcppVersion, readonly string[]>> = {
  '1.6': [
    'FormationViolation',
    'PropertyConstraintViolation',
    'OccurenceConstraintViolation',
    'TypeConstraintViolation',
    'ProtocolError',
  ],
  '2.0.1': [
    'FormatViolation',
    'PropertyConstraintViolation',
    'OccurrenceConstraintViolation',
    'TypeConstraintViolation',
    'ProtocolError',
  ],
  '2.1': [
    'FormatViolation',
    'PropertyConstraintViolation',
    'OccurrenceConstraintViolation',
    'TypeConstraintViolation',
    'ProtocolError',
  ],
};

/** What no message of 1.6 has in it. */
const NOT_IN_16: ReadonlySet<string> = new Set(['empty-list']);

function casesOf(rule: Rule) {
  if (NOT_IN_16.has(rule.id)) return [payloadCase(rule, v2, '')];
  if (!LENIENT_16.has(rule.id) || LENIENT.has(rule.id)) return [payloadCase(rule, all, '')];
  return [payloadCase(rule, v2, ''), payloadCase(rule, ['1.6'], '-v16')];
}

export default suite('security/payloads', 'Payloads that break a rule', rules.flatMap(casesOf));
