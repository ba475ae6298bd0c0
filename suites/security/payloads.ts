/** Payloads that break one rule of their schema each, over every action: both roles, by seed, a sample unless all are asked for. */
import { generatePayload } from '../../schemas/generate.ts';
import type { SchemaNode } from '../../schemas/json-schema.ts';
import { mayInitiate, type OcppVersion, type Role } from '../../src/dialects/dialect.ts';
import type { Context } from '../../src/judge/context.ts';
import { behaviour } from '../../src/judge/fault.ts';
import { suite, testCase } from '../../src/judge/test-case.ts';
import { Unmet } from '../../src/judge/unmet.ts';
import { expect } from '../../src/judge/words.ts';
import { encodeCall } from '../../src/ocppj/encode.ts';
import type { Level } from '../../src/report.ts';
import type { Session } from '../../src/session.ts';
import { aliveCheck, bracket } from '../ocppj/control.ts';
import { foreignCode, servesWhatIsWrong, strangeId, swallowsErrors, wrongCode } from '../ocppj/faults.ts';
import { codesFit, freshId, idsFit, notSilent, notWedged, type Provoked, provoke, unserved } from '../ocppj/provoke.ts';
import { type Mutant, mutants, type Rule, rules, smaller } from './mutations.ts';

const all = ['1.6', '2.0.1', '2.1'] as const;
const v2 = ['2.0.1', '2.1'] as const;

/** Actions of a CSMS that change nothing at a charger, whatever is in them: the others wait for its owner's word. */
const HARMLESS: ReadonlySet<string> = new Set([
  'DataTransfer',
  'GetChargingProfiles',
  'GetCompositeSchedule',
  'GetConfiguration',
  'GetDisplayMessages',
  'GetInstalledCertificateIds',
  'GetLocalListVersion',
  'GetMonitoringReport',
  'GetReport',
  'GetTransactionStatus',
  'GetVariables',
]);

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

const refused = { '1.6': 'J 4.2.3', '2.0.1': 'FR.03', '2.1': 'FR.03' } as const;
const same = { '1.6': 'J 4.1.4', '2.0.1': 'P4 4.1.4', '2.1': 'P4 4.1.4' } as const;

/** A message to be sent, with the valid one that it was made from. */
interface Bad extends Mutant {
  readonly action: string;
  readonly twin: Readonly<Record<string, unknown>>;
}

/** Actions that the SUT has to read. */
function actionsFor({ dialect, sut, schemas, owned }: Context): string[] {
  const sender: Role = sut.role === 'csms' ? 'station' : 'csms';
  return Object.entries(dialect.actions)
    .filter(([action, { unanswered }]) => mayInitiate(dialect, sender, action) && unanswered !== true)
    .map(([action]) => action)
    .filter((action) => schemas.has(dialect.version, action, 'call'))
    .filter((action) => sut.role === 'csms' || owned || HARMLESS.has(action));
}

/** What a rule makes of one action, in an order by seed; only what the schema itself refuses. */
function badMessages(context: Context, rule: Rule, action: string): Bad[] {
  const { dialect, random, schemas } = context;
  const { version } = dialect;
  const schema = schemas.schema(version, action, 'call') as SchemaNode;
  const seed = Math.floor(random() * 2 ** 31);
  const places = new Set<string>();
  // The shortest message comes first: what is optional is looked for only where it has to be.
  const found = (['minimal', 'full'] as const).flatMap((variant) => {
    const twin = generatePayload(version, action, 'call', seed, { variant });
    return mutants(schema, twin, rule)
      .filter(({ at, what }) => !places.has(`${at} ${what}`))
      .filter(({ payload }) => isWrong(context, action, payload))
      .map((mutant): Bad => {
        places.add(`${mutant.at} ${mutant.what}`);
        return { ...mutant, action, twin };
      });
  });
  return shuffled(found, random);
}

/** One message of each action, then a second of each, and so on: a sample sees as many actions as it can. */
function* inRounds(context: Context, rule: Rule): Generator<Bad> {
  const actions = shuffled(actionsFor(context), context.random);
  const made = new Map<string, Bad[]>();
  for (let round = 0, more = true; more; round++) {
    more = false;
    for (const action of actions) {
      const own = made.get(action) ?? badMessages(context, rule, action);
      made.set(action, own);
      const bad = own[round];
      if (bad === undefined) continue;
      more = true;
      yield bad;
    }
  }
}

const isWrong = ({ dialect, schemas }: Context, action: string, payload: unknown): boolean =>
  schemas
    .validate(dialect.version, action, 'call', payload)
    .some(({ layer, note }) => layer === 'schema' && note === undefined);

/** Fisher and Yates. */
function shuffled<T>(items: readonly T[], random: () => number): T[] {
  const out = [...items];
  for (let i = out.length - 1; i > 0; i--) {
    const j = Math.floor(random() * (i + 1));
    [out[i], out[j]] = [out[j] as T, out[i] as T];
  }
  return out;
}

/** Messages that are sent again to find the shortest one that is served as well. */
const MOST_TRIALS = 20;

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
  async serves({ action, twin }: Bad): Promise<boolean> {
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
  async shortest(bad: Bad): Promise<unknown> {
    let payload = bad.payload;
    let trials = 0;
    for (let found = true; found && trials < MOST_TRIALS; ) {
      found = false;
      for (const candidate of smaller(payload, bad.at)) {
        if (trials >= MOST_TRIALS) break;
        if (!isWrong(this.#context, bad.action, candidate) || missesMore(this.#context, bad, candidate)) continue;
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
const missesMore = ({ dialect, schemas }: Context, bad: Bad, candidate: unknown): boolean => {
  const faults = (payload: unknown) => schemas.validate(dialect.version, bad.action, 'call', payload).length;
  return faults(candidate) > faults(bad.payload);
};

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

const payloadCase = (rule: Rule, versions: readonly OcppVersion[], suffix: string, sut: Role | 'both') =>
  testCase({
    id: `security/payloads/${rule.id}${suffix}`,
    title: `${rule.title}${suffix === '' ? '' : ' (1.6)'}`,
    sut,
    versions,
    offensive: true,
    onRequest: true,
    checks: {
      unserved: { ref: refused, level: levelOf(rule, versions[0] ?? '2.0.1'), says: 'no CALLRESULT comes back' },
      code: {
        ref: { '1.6': 'J 4.2.3', '2.0.1': 'P4 4.3', '2.1': 'P4 4.3' },
        level: 'SHALL',
        says: 'a CALLERROR has a code of the version that fits what is wrong',
      },
      id: { ref: same, level: 'SHALL', says: 'a CALLERROR has the message id of the CALL' },
      told: { ref: refused, level: 'SHOULD', says: 'it is not met with silence' },
      alive: aliveCheck,
    },
    catches: {
      unserved: servesWhatIsWrong,
      code: [wrongCode, foreignCode],
      id: strangeId,
      told: swallowsErrors,
      alive: behaviour('blocks-after-error', 'a station that was sent a CALLERROR is not let in again'),
    },
    async run(context) {
      const { check, dialect, note, sample } = context;
      const codes = dialect.codes[rule.offence];
      const anyCode = { preferred: codes.preferred, accepted: [...codes.accepted, ...ALSO[dialect.version]] };
      let judged = 0;
      await bracket(context, async (first) => {
        const bench = new Bench(context, first);
        const served: string[] = [];
        for (const one of inRounds(context, rule)) {
          if (judged >= sample) break;
          if (!(await bench.serves(one))) continue;
          judged++;
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
              located(where, () => unserved(got)),
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
      if (judged === 0) throw new Unmet('the SUT serves no valid message of any action that can be wrong in that way');
    },
  });

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

/** What no harmless message of a CSMS has in it: a charger is not judged by it. */
const OF_STATIONS_ONLY: Readonly<Record<OcppVersion, ReadonlySet<string>>> = {
  '1.6': new Set(['empty-object', 'no-time']),
  '2.0.1': new Set(['no-time']),
  '2.1': new Set(['no-time']),
};
/** What no message of 1.6 has in it. */
const NOT_IN_16: ReadonlySet<string> = new Set(['empty-list']);

function casesOf(rule: Rule) {
  const sutIn = (version: OcppVersion) => (OF_STATIONS_ONLY[version].has(rule.id) ? 'csms' : 'both');
  if (NOT_IN_16.has(rule.id)) return [payloadCase(rule, v2, '', sutIn('2.0.1'))];
  if (!LENIENT_16.has(rule.id) || LENIENT.has(rule.id)) return [payloadCase(rule, all, '', sutIn('2.0.1'))];
  return [payloadCase(rule, v2, '', sutIn('2.0.1')), payloadCase(rule, ['1.6'], '-v16', sutIn('1.6'))];
}

export default suite('security/payloads', 'Payloads that break a rule', rules.flatMap(casesOf));
