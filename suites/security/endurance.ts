/** What a CSMS bears of one charger: all that a long outage left, and meter values without end. */
import type { TransactionFacts } from '../../src/dialects/transaction-words.ts';
import type { Context } from '../../src/judge/context.ts';
import { alter, behaviour, drop, refuses } from '../../src/judge/fault.ts';
import { at } from '../../src/judge/path.ts';
import { suite, testCase } from '../../src/judge/test-case.ts';
import { Unmet, Unreachable } from '../../src/judge/unmet.ts';
import { expect } from '../../src/judge/words.ts';
import { encodeCall } from '../../src/ocppj/encode.ts';
import { randomWord } from '../../src/random.ts';
import type { Payload, Reply, Session } from '../../src/session.ts';
import { booted, CONNECTOR, EVSE, now, vouched } from '../csms/states.ts';
import { aliveCheck } from '../ocppj/control.ts';
import { freshId } from '../ocppj/provoke.ts';
import { secondStation } from './knocking.ts';

const all = ['1.6', '2.0.1', '2.1'] as const;

/** Messages of one transaction in the queue: its start, readings, its end. */
const OF_ONE = 10;
/** Messages in the queue unless the configuration says how many, and for how long they are told. */
const QUEUED = 1_000;
const AT_MOST_MS = 10_000;
/** Milliseconds from one transaction in the queue to the next. */
const APART_MS = 20 * 60_000;

/** Meter values of the flood, and milliseconds from one to the next. */
const FLOOD = 300;
const EVERY_MS = 10;
/** A heartbeat of the other station for so many of them. */
const PER_BEAT = 50;

/**
 * Sends the queue, message by message, until all is told, the time is over, or one is not answered.
 * @returns how many were sent
 */
async function emptied(context: Context<'taken' | 'accepted'>, count: number, untilMs: number): Promise<number> {
  const { check, clock, random, station, words } = context;
  const said = words.transaction;
  const token = await context.token('valid');
  const status = ({ payload }: Reply) => at(payload, words.places.tokenStatus);
  const began = clock.now() - (count / OF_ONE + 1) * APART_MS;
  let sent = 0;
  let facts: TransactionFacts | undefined;
  let started: Payload = {};
  while (sent < count && (sent % OF_ONE > 0 || clock.monotonic() < untilMs)) {
    const i = sent % OF_ONE;
    if (facts === undefined || i === 0)
      facts = { evseId: EVSE, connectorId: CONNECTOR, token, transactionId: randomWord(random, 36) };
    const since = began + Math.floor(sent / OF_ONE) * APART_MS;
    const moment = { at: new Date(since + i * 60_000).toISOString(), wh: 10_000 + 101 * sent };
    const message =
      i === 0
        ? said.start(facts, moment)
        : i === OF_ONE - 1
          ? said.end(facts, moment, started, i, 'local', token)
          : said.during(facts, moment, started, i);
    const { action, payload } = said.late(message);
    const reply = await station.call(action, payload);
    sent++;
    const which = `message ${sent} of the queue`;
    check('taken', () => expect(reply, which).to.be.callResult());
    // What is not answered once is not asked a thousand times.
    if (reply.kind !== 'callresult') break;
    if (i === 0) {
      vouched(token, status(reply));
      started = reply.payload;
    }
    if (i === 0 || status(reply) !== undefined)
      check('accepted', () => expect(status(reply), `status of the token in ${which}`).to.equal('Accepted'));
  }
  return sent;
}

export default suite('security/conduct', 'What one charger may ask for', [
  testCase({
    id: 'security/conduct/long-outage',
    title: 'CSMS takes all that a charger has kept over a long outage, in order and on one connection',
    sut: 'csms',
    versions: all,
    checks: {
      taken: {
        ref: { '1.6': '4.10', '2.0.1': 'J02.FR.19', '2.1': 'J02.FR.19' },
        level: 'SHALL',
        says: 'each message of the queue is answered with a CALLRESULT',
      },
      accepted: {
        ref: { '1.6': '4.8', '2.0.1': 'E01.FR.12', '2.1': 'E01.FR.12' },
        level: 'SHALL',
        says: 'the token of each transaction in it is Accepted: the one before is over',
      },
      kept: {
        ref: { '1.6': 'J 4.1.1', '2.0.1': 'P4 4.1.1', '2.1': 'P4 4.1.1' },
        level: 'SHALL',
        says: 'the connection stays to the end of the queue, and the next CALL on it is served',
      },
    },
    catches: {
      taken: {
        '1.6': [refuses('StopTransaction', 'InternalError'), drop('MeterValues')],
        '2.0.1': refuses('TransactionEvent', 'InternalError', { when: ofOffline, name: 'offline' }),
        '2.1': refuses('TransactionEvent', 'InternalError', { when: ofOffline, name: 'offline' }),
      },
      accepted: {
        '1.6': alter('StartTransaction', { idTagInfo: { status: 'ConcurrentTx' } }),
        '2.0.1': behaviour('forgets-stops', 'a transaction never ends'),
        '2.1': behaviour('forgets-stops', 'a transaction never ends'),
      },
      kept: behaviour('dies-of-many-calls', 'two hundred CALLs on one connection end the service for everybody'),
    },
    async run(context) {
      const { check, clock, note, station, sut } = context;
      await booted(context);
      await station.reconnect();
      const { session } = station;
      const count = Math.ceil((sut.queued ?? QUEUED) / OF_ONE) * OF_ONE;
      const began = clock.monotonic();
      const sent = await emptied(
        context,
        count,
        sut.queued === undefined ? began + AT_MOST_MS : Number.POSITIVE_INFINITY,
      );
      const seconds = ((clock.monotonic() - began) / 1_000).toFixed(1);
      note(`${sent} queued messages of ${count} were told in ${seconds} s; sut.queued says how many there are`);
      const beat = await station.call('Heartbeat', {});
      check('kept', () => {
        expect(session.open, 'the connection is still the same').to.equal(true);
        expect(beat).to.be.callResult();
      });
    },
  }),

  testCase({
    id: 'security/conduct/meter-flood',
    title: 'CSMS serves other chargers while one sends a hundred meter values a second, and lives on',
    sut: 'csms',
    versions: all,
    offensive: true,
    exclusive: true,
    checks: {
      others: {
        ref: { '1.6': 'J 4.1.1', '2.0.1': 'P4 4.1.1', '2.1': 'P4 4.1.1' },
        level: 'SHOULD',
        says: 'another charger is answered meanwhile, and not much later than before',
      },
      alive: aliveCheck,
    },
    catches: {
      others: behaviour('falls-behind', 'meter values take their time, and everybody else waits for it'),
      alive: behaviour('dies-of-many-calls', 'two hundred CALLs on one connection end the service for everybody'),
    },
    async run(context) {
      const { check, clock, note, peer, words } = context;
      const session = await peer.open();
      const other = await secondStation(context);
      const calm = await beats(context, other);
      if (calm.reply.kind !== 'callresult') throw new Unmet('control: the heartbeat of a second charger is not served');
      const limit = 2_000 + 2 * calm.ms;
      const seen: ReturnType<typeof beats>[] = [];
      const answers: Promise<Reply>[] = [];
      const began = clock.monotonic();
      for (let i = 0; i < FLOOD && session.open; i++) {
        const id = freshId(context);
        const values = words.meterValues(EVSE, 10_000 + i, now(context), 'Sample.Periodic');
        answers.push(session.callRaw(id, 'MeterValues', encodeCall(id, 'MeterValues', values)));
        if (i % PER_BEAT === 0) seen.push(beats(context, other));
        await clock.sleep(Math.max(0, began + (i + 1) * EVERY_MS - clock.monotonic()));
      }
      seen.push(beats(context, other));
      for (const { reply, ms } of await Promise.all(seen))
        check('others', () => {
          expect(reply, 'the heartbeat of the other charger').to.be.callResult();
          expect(ms, 'milliseconds to its answer').to.be.below(limit);
        });
      const kinds = (await Promise.all(answers)).map(({ kind }) => kind);
      note(
        `${answers.length} meter values were sent, and ${kinds.filter((one) => one === 'callresult').length} served`,
      );
      await session.close();
      await other.close();
      const after = await peer
        .open()
        .then((fresh) => fresh.call(peer.probe.action, peer.probe.payload))
        .catch((cause: unknown) => {
          if (cause instanceof Unmet || cause instanceof Unreachable) return cause;
          throw cause;
        });
      check('alive', () => {
        if (after instanceof Error) expect.fail(after.message);
        expect(after).to.be.callResult();
      });
    },
  }),
]);

/** For faults: only answers to what happened while there was no connection. */
function ofOffline(_payload: unknown, asked: unknown): boolean {
  return at(asked, 'offline') === true;
}

/** A heartbeat, and how long its answer took. */
async function beats({ clock }: Pick<Context, 'clock'>, session: Session): Promise<{ reply: Reply; ms: number }> {
  const began = clock.monotonic();
  const reply = await session.call('Heartbeat', {});
  return { reply, ms: clock.monotonic() - began };
}
