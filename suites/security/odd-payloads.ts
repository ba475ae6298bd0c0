/** Payloads that are odd and need not be wrong: empty and longest texts, scripts of the world, numbers at the edge, a megabyte. */
import type { OcppVersion } from '../../src/dialects/dialect.ts';
import type { Context } from '../../src/judge/context.ts';
import { alter } from '../../src/judge/fault.ts';
import { suite, testCase } from '../../src/judge/test-case.ts';
import { Unmet } from '../../src/judge/unmet.ts';
import { expect } from '../../src/judge/words.ts';
import type { Level } from '../../src/report.ts';
import { bracket } from '../ocppj/control.ts';
import { OddBench, oddChecks } from './asking-odd.ts';
import { isText, type Spoiling, type Spot } from './mutations.ts';
import { diesOfOdd, dropsOdd, refusesOdd } from './odd-faults.ts';
import { inRounds, type Standing } from './spoilt.ts';

const all = ['1.6', '2.0.1', '2.1'] as const;
const MB = 1_000_000;
const MANY = 100_000;

/** A hundred thousand of it, or as many as go into a megabyte. */
function manyOf(item: unknown): readonly (readonly [string, unknown])[] {
  const count = Math.min(MANY, Math.ceil(MB / JSON.stringify(item).length));
  return [[`has ${count} items`, Array.from({ length: count }, () => item)]];
}

/** Where people write to people: elsewhere than in these, texts are names of things, and 1.6 has them in ASCII. */
const NATURAL: ReadonlySet<string> = new Set(['actualValue', 'content', 'data', 'model', 'techInfo', 'vendorName']);
/** Where a schema sets no limit. */
const USUAL_LENGTH = 200;

const nameOf = ({ path }: Spot): string => String(path.at(-1) ?? '');
const isNatural = (spot: Spot): boolean =>
  NATURAL.has(nameOf(spot)) && (isText(spot.node) || (spot.node.type === undefined && typeof spot.value === 'string'));

/** As much of it as a field takes, in characters. */
const upTo = (text: string, { node: { maxLength = USUAL_LENGTH } }: Spot): string =>
  [...text].slice(0, maxLength).join('');

/** Texts of the Basic Multilingual Plane, and some beyond it, that fit by any way of counting. */
const SCRIPTS: readonly (readonly [string, string])[] = [
  ['is written from right to left', 'مرحبا שלום'],
  ['has marks on its letters', 'Ze\u0301ro e\u0302\u0323'],
  ['is Chinese and Greek', '充电桩 φόρτιση'],
  ['has a picture in it', '⚡ \u{1F697}'],
];

interface Odd extends Spoiling {
  readonly title: string;
  readonly standing: Standing;
  /** A valid message has to be served where its twin was: how bindingly, and by what. */
  readonly served?: { readonly level: Level; readonly says: string; readonly fault: ReturnType<typeof refusesOdd> };
  /** Fewer than the sample, where each is large. */
  readonly most?: number;
  readonly versions?: readonly OcppVersion[];
  /** How bindingly it is answered in time; by all means, unless told. */
  readonly told?: Level;
}

const odds: readonly Odd[] = [
  {
    id: 'empty-text',
    title: 'An empty or blank text for a text does no harm',
    standing: 'either',
    spoil: ({ node }) =>
      isText(node)
        ? [
            ['is empty', ''],
            ['is blank', '   '],
          ]
        : [],
  },
  {
    id: 'longest-text',
    title: 'A text as long as it is allowed to be is served',
    standing: 'valid',
    spoil: ({ node }) =>
      isText(node) && (node.maxLength ?? 0) >= 20
        ? [[`has ${node.maxLength} characters`, 'x'.repeat(node.maxLength as number)]]
        : [],
    served: {
      level: 'SHALL',
      says: 'it is answered with a CALLRESULT, as a shorter one is',
      fault: refusesOdd('a long text', /x{20}/),
    },
  },
  {
    id: 'scripts',
    title: 'A text for people is served in whatever script it is written',
    standing: 'valid',
    spoil: (spot) => (isNatural(spot) ? SCRIPTS.map(([what, text]) => [what, upTo(text, spot)] as const) : []),
    served: {
      level: 'SHALL',
      says: 'it is answered with a CALLRESULT, as one in ASCII is',
      fault: refusesOdd('a text beyond ASCII', /[^\x20-\x7e]/),
    },
  },
  {
    id: 'characters-counted',
    title: 'The length of a text is counted in characters, and not in the bytes that they take',
    standing: 'valid',
    spoil: (spot) =>
      isNatural(spot) && spot.node.maxLength !== undefined
        ? [
            [`has ${spot.node.maxLength} letters of two bytes`, 'ß'.repeat(spot.node.maxLength)],
            [`has ${spot.node.maxLength} characters of four bytes`, '\u{1F697}'.repeat(spot.node.maxLength)],
          ]
        : [],
    // Some languages count a character beyond the first 65,536 twice.
    served: {
      level: 'SHOULD',
      says: 'a text of the greatest length is served, whatever its characters are',
      fault: refusesOdd('many bytes', /ßß|\u{1F697}{2}/u),
    },
    versions: ['2.0.1', '2.1'],
  },
  {
    id: 'odd-numbers',
    title: 'Numbers at the edge, and finer than is usual, do no harm',
    standing: 'either',
    spoil: (spot) => {
      const { node } = spot;
      // A station would have to say it again in its report.
      if (nameOf(spot) === 'requestId') return [];
      if (node.type === 'integer') return [-1, 2 ** 31, 2 ** 53].map((n) => [`is ${n}`, n] as const);
      if (node.type === 'number') return [0.000_123, 6.050_001, -1, 2 ** 53].map((n) => [`is ${n}`, n] as const);
      // 1.6 has numbers as texts.
      const written = nameOf(spot) === 'value' && isText(node) && spot.path.includes('sampledValue');
      return written ? ['NaN', 'Infinity', '1,5', '0x1F'].map((n) => [`is ${n}`, n] as const) : [];
    },
  },
  {
    id: 'huge-text',
    title: 'A text of a megabyte, and a list of up to a hundred thousand items, do no harm',
    standing: 'wrong',
    most: 8,
    // To look through so much takes time, and no text says how much.
    told: 'SHOULD',
    spoil: ({ node, value }) => {
      if (isText(node) && node.maxLength !== undefined) return [['has a million characters', 'x'.repeat(MB)]];
      const [item] = Array.isArray(value) && node.maxItems !== undefined ? value : [];
      return item === undefined ? [] : manyOf(item);
    },
  },
];

const oddCase = ({ id, title, standing, spoil, served, most, versions = all, told = 'SHALL' }: Odd) =>
  testCase<'told' | 'alive' | 'served'>({
    id: `security/payloads/${id}`,
    title,
    sut: 'both',
    versions,
    offensive: true,
    onRequest: true,
    checks: {
      ...oddChecks,
      told: { ...oddChecks.told, level: told },
      ...(served && {
        served: {
          ref: { '1.6': 'J 4.2.2', '2.0.1': 'P4 4.1.2', '2.1': 'P4 4.1.2' },
          level: served.level,
          says: served.says,
        },
      }),
    } as never,
    catches: { told: dropsOdd, alive: diesOfOdd, ...(served && { served: served.fault }) } as never,
    async run(context) {
      const { check, note } = context;
      const sample = Math.min(context.sample, most ?? Number.POSITIVE_INFINITY);
      let sent = 0;
      await bracket(context, async (session) => {
        const bench = new OddBench(context, session);
        const twins = new Map<string, boolean>();
        for (const { action, twin, payload, at, what } of inRounds(context, { id, spoil }, standing)) {
          if (sent >= sample) break;
          if (served && !fitsCharger(context, payload)) continue;
          const text = `${action} ${JSON.stringify(twin)}`;
          const good = twins.get(text) ?? (await bench.serves(action, twin));
          twins.set(text, good);
          if (!good) continue;
          sent++;
          const where = `${action}: ${at} ${what}`;
          const answer = await bench.odd(where, action, payload);
          if (served)
            check('served', () => expect(answer.kind, `${where}; ${answer.text.slice(0, 200)}`).to.equal('callresult'));
        }
      });
      note(`${sent} messages were sent`);
      if (sent === 0) throw new Unmet('the SUT serves no valid message of any action that can be odd in that way');
    },
  });

/** Bytes that a charger has to take in one message: it may say that more are too many (2.x BytesPerMessage). */
const CHARGER_BYTES = 2_000;

const fitsCharger = ({ sut }: Pick<Context, 'sut'>, payload: unknown): boolean =>
  sut.role === 'csms' || JSON.stringify(payload).length <= CHARGER_BYTES;

/** A line for people, in many scripts. */
const LINE = SCRIPTS.map(([, text]) => text).join(' · ');

export default suite('security/payloads', 'Payloads that are odd', [
  ...odds.map(oddCase),

  testCase({
    id: 'security/payloads/scripts-sent',
    title: 'What an operator writes in any script reaches the station as he wrote it',
    sut: 'csms',
    versions: ['1.6', '2.0.1'],
    onRequest: true,
    needs: ['DataTransfer'],
    checks: {
      asked: {
        ref: 'DataTransferRequest.data',
        level: 'SHALL',
        says: 'the CALL carries what the operator asked for, letter by letter',
      },
    },
    catches: { asked: alter('DataTransfer', { data: '????? ????' }, { kind: 'call' }) },
    async run(context) {
      const { check, operator, orders, peer } = context;
      await peer.open();
      const order = await operator.order('DataTransfer', orders.dataTransfer('org.plugproof', 'scripts', LINE));
      check('asked', () => expect(order).to.carryWhatWasAsked());
      order.call.respond({ status: 'UnknownVendorId' });
    },
  }),
]);
