/** One identity, two connections: answers that come over the wrong one, and two nodes of one CSMS. */
import { behaviour } from '../../src/judge/fault.ts';
import { suite, testCase } from '../../src/judge/test-case.ts';
import { Unmet } from '../../src/judge/unmet.ts';
import { expect } from '../../src/judge/words.ts';
import { encodeCallResult } from '../../src/ocppj/encode.ts';
import { accepted, boots, ends, letIn, opened, stillThere, stillThereCheck } from './knocking.ts';

const versions = ['1.6', '2.0.1', '2.1'] as const;
const oneRef = { '1.6': 'J 3.1', '2.0.1': 'P4 3.1', '2.1': 'P4 3.1' } as const;
const idRef = { '1.6': 'J 4.1.4', '2.0.1': 'P4 4.1.4', '2.1': 'P4 4.1.4' } as const;

const dies = behaviour('dies-on-second-connections', 'a second connection of a station ends the service for everybody');

export default suite('security/duplicate-identity', 'One identity, two places', [
  testCase({
    id: 'security/duplicate-identity/answer-elsewhere',
    title: 'CSMS comes to no harm where a CALL over one connection is answered over the next',
    sut: 'csms',
    versions,
    needs: ['Reset'],
    checks: {
      kept: { ref: idRef, level: 'SHOULD', says: 'the connection over which the answer came stays, and is served' },
      reached: {
        ref: idRef,
        level: 'SHOULD',
        says: 'once the CALL has been given up, the next one comes over the new connection',
      },
      there: stillThereCheck,
    },
    catches: {
      kept: behaviour('hangs-up-on-stray-answers', 'an answer to no CALL ends the connection'),
      reached: behaviour(
        'loses-reconnected',
        'a connection that ends takes the newer one of the same station out of the books',
      ),
      there: dies,
    },
    async run(context) {
      const { check, clock, operator, orders, station, sut } = context;
      const first = await letIn(context);
      await accepted(context, first.session);
      const { call } = await operator.order('Reset', orders.reset('idle'));
      let second = await station.knock();
      if (!opened(second)) {
        // A CSMS may keep to the first while it is there.
        first.session.terminate();
        await first.session.closed;
        second = await letIn(context);
      }
      await accepted(context, second.session);
      second.session.sendRaw(encodeCallResult(call.id, { status: 'Rejected' }));
      const heartbeat = await second.session.call('Heartbeat', {});
      check('kept', () => {
        expect(second.session.open, 'the connection is open').to.equal(true);
        expect(heartbeat).to.be.callResult();
      });
      first.session.terminate();
      await first.session.closed;
      // The same once more: a CSMS may send again what was not answered, and that has reached the station as well.
      const order = () =>
        operator.order('Reset', orders.reset('idle')).catch((cause: unknown) => {
          if (cause instanceof Unmet) return cause;
          throw cause;
        });
      let next = await order();
      if (next instanceof Error) {
        // A CSMS may wait for the answer until its time runs out.
        await clock.sleep(sut.timeoutMs);
        await second.session.call('Heartbeat', {});
        next = await order();
      }
      check('reached', () => {
        if (next instanceof Error) expect.fail(next.message);
        expect(next).to.carryWhatWasAsked();
      });
      if (!(next instanceof Error)) next.call.respond({ status: 'Rejected' });
      await second.session.close();
      await stillThere(context);
    },
  }),

  testCase({
    id: 'security/duplicate-identity/two-nodes',
    title: 'CSMS serves a station that is at two of its nodes at once',
    sut: 'csms',
    versions,
    setUp: 'second node',
    checks: {
      // Nodes that share what they know are the better CSMS; no text of OCPP knows of nodes.
      one: {
        ref: oneRef,
        level: 'MAY',
        says: 'of connections to two nodes under one identity, one is refused or ended',
      },
      served: { ref: oneRef, level: 'SHOULD', says: 'where it came last it is served, or else where it came first' },
      there: stillThereCheck,
    },
    catches: {
      one: behaviour('keeps-previous-connections', 'a second connection of a station does not end the first'),
      served: behaviour('hangs-up-on-calls', 'a CALL ends the connection'),
      there: dies,
    },
    async run(context) {
      const { check, station, sut } = context;
      const at = station.elsewhere.find(({ securityProfile }) => securityProfile === sut.securityProfile);
      if (at === undefined)
        throw new Unmet(`no second address for security profile ${sut.securityProfile}: name one in sut.endpoints`);
      // The control: each of them lets the station in.
      await (await letIn(context, { at })).session.close();
      const first = await letIn(context);
      const boot = await boots(context, first.session);
      const second = await station.knock({ at });
      const again = opened(second) ? await boots(context, second.session) : undefined;
      const ended = await ends(context, first.session);
      const there = opened(second) && second.session.open;
      check('one', () => expect(there && !ended, 'both connections stay').to.equal(false));
      const left = there ? second.session : first.session;
      const heartbeat = await left.call('Heartbeat', {});
      check('served', () => {
        expect(boot, 'the boot at the first').to.be.callResult();
        if (there) expect(again, 'the boot at the second').to.be.callResult();
        expect(heartbeat).to.be.callResult();
      });
      await left.close();
      await stillThere(context);
    },
  }),
]);
