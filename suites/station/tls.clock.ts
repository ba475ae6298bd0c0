/** Charger: its CSMS tells it a wrong time. By which clock it then reads the dates of certificates is told; by one it has to. */
import type { Context } from '../../src/judge/context.ts';
import { behaviour } from '../../src/judge/fault.ts';
import { suite, testCase } from '../../src/judge/test-case.ts';
import { Unmet } from '../../src/judge/unmet.ts';
import { expect } from '../../src/judge/words.ts';
import type { IncomingCall } from '../../src/session.ts';
import type { Face } from '../../src/wire/transport.ts';
import { csmsAuthority } from './certificates.flows.ts';
import { knocks, told } from './knocks.ts';
import { ready } from './states.ts';
import { back, backCheck, CONNECTED, control, knocksAt, neverBack, refs } from './tls.door.ts';
import { usualRequest } from './tls.flows.ts';
import { hurried } from './tls.hurry.ts';

const DAY_MS = 86_400_000;
/** Between the two times, so that no certificate is good at both. */
const MIDDLE_MS = DAY_MS;
const AHEAD_MS = 2 * DAY_MS;
const LATER_MS = 30 * DAY_MS;
/** Seconds between heartbeats, in the answer to a boot. */
const INTERVAL_S = 60;

/** Asks for a heartbeat, which is answered with the time. @throws Unmet where none comes */
async function beats({ csms, orders }: Context): Promise<void> {
  const since = csms.mark;
  await csms.call('TriggerMessage', orders.trigger('Heartbeat'));
  if ((await csms.awaitCall('Heartbeat', { since })) === undefined)
    throw new Unmet('no heartbeat came for the asking: nothing tells the station the time');
}

/** The station is told the right time again. */
async function honest(context: Context): Promise<void> {
  const { csms } = context;
  csms.answer('Heartbeat', undefined);
  csms.answer('BootNotification', undefined);
  await csms.connection();
  await beats(context);
}

const unmetIsNothing = (cause: unknown): undefined => {
  if (!(cause instanceof Unmet)) throw cause;
};

/** From now on the station is told a time that is to come; the right one when the case is over. */
function misleads(context: Context): void {
  const { after, clock, csms } = context;
  const wrong = () => new Date(clock.now() + AHEAD_MS).toISOString();
  csms.answer('Heartbeat', (call: IncomingCall) => call.mislead({ currentTime: wrong() }));
  csms.answer('BootNotification', (call: IncomingCall) =>
    call.mislead({ currentTime: wrong(), interval: INTERVAL_S, status: 'Accepted' }),
  );
  after(() => honest(context));
}

const goodFor = async (context: Context, from: number, until: number): Promise<Face> =>
  csmsAuthority(context).issue({ ...usualRequest(context), from, until });

/** Certificates of which each is good by one clock alone. */
const CLOCKS = {
  'the true time': (context: Context) => goodFor(context, -DAY_MS, MIDDLE_MS),
  'the time that it was told': (context: Context) => goodFor(context, MIDDLE_MS, LATER_MS),
} as const;

export default suite('station/tls', 'TLS and the time', [
  testCase({
    id: 'station/tls/wrong-clock',
    title: 'A station that is told a wrong time reads the dates of certificates by one clock or the other',
    sut: 'station',
    versions: ['1.6', '2.0.1'],
    profiles: [2, 3],
    exclusive: true,
    // A charger whose clock is moved by days may do more than a test wants.
    onRequest: true,
    checks: {
      dates: {
        ref: refs('A00.FR.308', 'A00.FR.308'),
        level: 'SHALL',
        says: 'of two certificates that are good at different times it takes one at most',
      },
      back: backCheck,
    },
    catches: {
      dates: behaviour('trusts-any-date', 'whatever its dates, the certificate of a CSMS is trusted'),
      back: neverBack,
    },
    async run(context) {
      const { check, csms, note } = context;
      const always = await goodFor(context, -DAY_MS, LATER_MS);
      const faces = await Promise.all(
        Object.entries(CLOCKS).map(async ([what, make]) => [what, await make(context)] as const),
      );
      await control(context);
      await hurried(context);
      misleads(context);
      await beats(context);
      const taken: string[] = [];
      for (const [what, face] of faces) {
        const came = await knocksAt(context, face);
        if (came.outcome === CONNECTED) taken.push(what);
        csms.show(always);
        const again = await knocks(context).catch(unmetIsNothing);
        check('back', () => expect(told(again), 'at a certificate that is good at either time').to.equal(CONNECTED));
        await ready(context);
      }
      await honest(context);
      await back(context);
      note(`it goes by ${taken.join(', and by ') || 'another time than either'}`);
      check('dates', () => expect(taken.length, 'certificates that it took').to.be.below(faces.length));
    },
  }),
]);
