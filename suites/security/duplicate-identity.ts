/** One identity, two connections: no text of OCPP says what a CSMS does then, and a good one loses no station over it. */
import { behaviour } from '../../src/judge/fault.ts';
import { suite, testCase } from '../../src/judge/test-case.ts';
import { Unmet } from '../../src/judge/unmet.ts';
import { expect } from '../../src/judge/words.ts';
import { randomWord } from '../../src/random.ts';
import { accepted, basic, boots, bytesOf, ends, knockOnce, letIn, opened, tell } from './knocking.ts';

const versions = ['1.6', '2.0.1', '2.1'] as const;

/** Where the texts speak of the connection of a station: one. */
const oneRef = { '1.6': 'J 3.1', '2.0.1': 'P4 3.1', '2.1': 'P4 3.1' } as const;
const serverRef = { '1.6': 'J 3.2', '2.0.1': 'P4 3.2', '2.1': 'P4 3.3' } as const;

const displaces = behaviour(
  'displaces-before-asking',
  'a second connection ends the first before its credentials were looked at',
);
const loses = behaviour(
  'loses-reconnected',
  'a connection that ends takes the newer one of the same station out of the books',
);

export default suite('security/duplicate-identity', 'One identity, two connections', [
  testCase({
    id: 'security/duplicate-identity/one-connection',
    title: 'CSMS serves one connection of a station, and not two',
    sut: 'csms',
    versions,
    checks: {
      one: {
        ref: oneRef,
        level: 'SHOULD',
        says: 'of two connections under one identity, one is refused or ended',
      },
      served: { ref: oneRef, level: 'SHOULD', says: 'one of them is served' },
    },
    catches: {
      one: behaviour('keeps-previous-connections', 'a second connection of a station does not end the first'),
      served: behaviour('hangs-up-on-calls', 'a CALL ends the connection'),
    },
    async run(context) {
      const { check, station } = context;
      const first = await letIn(context);
      const boot = await boots(context, first.session);
      const second = await station.knock();
      const firstEnded = await ends(context, first.session);
      const secondOpen = opened(second) && second.session.open;
      check('one', () =>
        expect([!firstEnded, secondOpen].filter(Boolean).length, 'connections that stay').to.be.at.most(1),
      );
      const left = secondOpen && opened(second) ? second.session : first.session;
      const heartbeat = await left.call('Heartbeat', {});
      check('served', () => {
        expect(boot).to.be.callResult();
        expect(heartbeat).to.be.callResult();
      });
    },
  }),

  testCase({
    id: 'security/duplicate-identity/comes-back',
    title: 'CSMS lets a station in again whose last connection it still holds for open',
    sut: 'csms',
    versions,
    checks: {
      // A station that lost its network comes back before the CSMS has noticed; waiting for a time-out helps nobody.
      letIn: { ref: serverRef, level: 'SHOULD', says: 'the new connection is let in at once' },
      served: { ref: serverRef, level: 'SHOULD', says: 'and served, also after the old one has ended' },
    },
    catches: {
      letIn: behaviour('refuses-reconnecting', 'a station is not let in while its last connection is there'),
      served: [
        behaviour('hangs-up-on-calls', 'a CALL ends the connection'),
        behaviour('closes-second-connections', 'a second connection of a station is let in, and closed at once'),
      ],
    },
    async run(context) {
      const { check, station } = context;
      const first = await letIn(context);
      await boots(context, first.session);
      const second = await station.knock();
      check('letIn', () => expect(tell(second)).to.equal('let in (101)'));
      if (!opened(second)) return;
      const before = await boots(context, second.session);
      first.session.terminate();
      await first.session.closed;
      const after = await second.session.call('Heartbeat', {});
      check('served', () => {
        expect(before).to.be.callResult();
        expect(after).to.be.callResult();
      });
    },
  }),

  testCase({
    id: 'security/duplicate-identity/reached',
    title: 'CSMS reaches a station on its new connection after the old one has ended',
    sut: 'csms',
    versions,
    needs: ['Reset'],
    checks: {
      reached: {
        ref: serverRef,
        level: 'SHOULD',
        says: 'a CALL that the operator asks for comes over the new connection',
      },
    },
    catches: { reached: loses },
    async run(context) {
      const { check, operator, orders, station } = context;
      const first = await letIn(context);
      await accepted(context, first.session);
      // The control: the operator can reach it at all.
      (await operator.order('Reset', orders.reset('idle'))).call.respond({ status: 'Rejected' });
      const second = await station.knock();
      if (!opened(second)) throw new Unmet(`the CSMS did not let the station in again: ${second.says}`);
      await accepted(context, second.session);
      first.session.terminate();
      await first.session.closed;
      await second.session.call('Heartbeat', {});
      const order = await operator.order('Reset', orders.reset('now')).catch((cause: unknown) => {
        if (cause instanceof Unmet) return cause;
        throw cause;
      });
      check('reached', () => {
        if (order instanceof Error) expect.fail(order.message);
        expect(order).to.carryWhatWasAsked();
      });
      if (!(order instanceof Error)) order.call.respond({ status: 'Rejected' });
    },
  }),

  testCase({
    id: 'security/duplicate-identity/not-displaced',
    title: 'CSMS goes on with a station while somebody knocks under its identity with a wrong password',
    sut: 'csms',
    versions,
    profiles: [1, 2],
    checks: {
      refused: {
        ref: { '1.6': 'W 2.3', '2.0.1': 'A00.FR.207', '2.1': 'A00.FR.207' },
        level: 'SHALL',
        says: 'who shows a wrong password is refused',
      },
      kept: { ref: oneRef, level: 'SHOULD', says: 'the connection of the station itself stays, and is served' },
    },
    catches: {
      refused: behaviour('ignores-passwords', 'the password is not looked at'),
      kept: displaces,
    },
    async run(context) {
      const { check, random, station } = context;
      const first = await letIn(context);
      await accepted(context, first.session);
      const stranger = await knockOnce(context, {
        headers: basic(station.identity, bytesOf(randomWord(random, 20))),
      });
      check('refused', () => expect(tell(stranger)).to.not.equal('let in (101)'));
      const heartbeat = await first.session.call('Heartbeat', {});
      check('kept', () => {
        expect(first.session.open, 'the connection is open').to.equal(true);
        expect(heartbeat).to.be.callResult();
      });
    },
  }),

  testCase({
    id: 'security/duplicate-identity/many-connections',
    title: 'CSMS serves a station that comes back many times in a row',
    sut: 'csms',
    versions,
    checks: {
      served: { ref: serverRef, level: 'SHOULD', says: 'the last of its connections is let in and served' },
    },
    catches: {
      served: behaviour('refuses-reconnecting', 'a station is not let in while its last connection is there'),
    },
    async run(context) {
      const { check, station } = context;
      let last = await letIn(context);
      for (let i = 1; i < 10; i++) {
        const next = await station.knock();
        if (opened(next)) last = next;
        check('served', () => expect(tell(next), `connection ${i + 1}`).to.equal('let in (101)'));
      }
      const boot = await boots(context, last.session);
      check('served', () => expect(boot).to.be.callResult());
    },
  }),
]);
