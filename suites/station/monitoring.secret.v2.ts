/** Charger, 2.x: a monitor on what nobody may read tells that it changed, and not what it is. */
import { alter, drop } from '../../src/judge/fault.ts';
import { suite, testCase } from '../../src/judge/test-case.ts';
import { Unmet } from '../../src/judge/unmet.ts';
import { expect } from '../../src/judge/words.ts';
import { randomWord } from '../../src/random.ts';
import type { Payload } from '../../src/session.ts';
import { comesBack, passwordWords, setsPassword } from './knocks.ts';
import { awaitEvent, eventsOf, MONITORING, need, ofState, open } from './monitors.v2.ts';
import { quiet, ready } from './states.ts';

/** Characters of a password. */
const LENGTH = 20;

export default suite('station/monitoring', 'Events of secrets', [
  testCase({
    id: 'station/monitoring/secret',
    title: 'That a password changed is told where it is monitored, and the password is not',
    sut: 'station',
    versions: ['2.0.1'],
    octt: { '2.0.1': 'TC_N_48_CS' },
    profiles: [1, 2],
    feature: MONITORING,
    checks: {
      told: { ref: 'N07.FR.19', level: 'SHALL', says: 'the change is told' },
      hidden: { ref: 'N07.FR.10', level: 'SHALL', says: 'without a value' },
    },
    catches: {
      told: drop('NotifyEvent'),
      hidden: alter(
        'NotifyEvent',
        (payload) => ({
          ...(payload as Payload),
          eventData: ((payload as Payload)['eventData'] as Payload[]).map((one) => ({ ...one, actualValue: 'secret' })),
        }),
        { name: 'with a value', kind: 'call' },
      ),
    },
    async run(context) {
      const { after, check, csms, dialect, random } = context;
      await ready(context);
      const { password } = csms.door;
      if (password === undefined) throw new Unmet('the password of the station is not given: see --password');
      await open(context);
      const id = await need(context, {
        ...ofState(5),
        component: { name: 'SecurityCtrlr' },
        variable: { name: 'BasicAuthPassword' },
      });
      const words = passwordWords[dialect.version];
      const change = async (bytes: Uint8Array) => {
        const { status } = await setsPassword(context, words.configured(bytes));
        if (status !== 'Accepted' && status !== 'RebootRequired')
          throw new Unmet(`a new password was answered with ${String(status)}`);
        csms.door.password = bytes;
        if (status === 'RebootRequired') await csms.call('Reset', context.orders.reset('now'));
        await comesBack(context);
      };
      await quiet(context);
      const since = csms.mark;
      // The next case, and the next run, come with the password that is configured.
      after(async () => {
        if (csms.connected) await change(password);
        else csms.door.password = password;
      });
      await change(new TextEncoder().encode(randomWord(random, LENGTH)));
      const event = await awaitEvent(context, since, id, ({ trigger }) => trigger === 'Delta');
      check('told', () => expect(event, 'NotifyEvent').to.not.equal(undefined));
      check('hidden', () => {
        const values = eventsOf(context, since, id).map(({ actualValue }) => actualValue ?? '');
        expect(values.filter((value) => value !== '')).to.deep.equal([]);
        expect(values.length, 'events').to.be.at.least(1);
      });
    },
  }),
]);
