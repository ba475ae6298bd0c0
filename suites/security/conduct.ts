/** What a CSMS makes of messages that are valid and absurd: it answers them, and goes on. */

import { drop, refuses } from '../../src/judge/fault.ts';
import { suite, testCase } from '../../src/judge/test-case.ts';
import { expect } from '../../src/judge/words.ts';
import { encodeCall } from '../../src/ocppj/encode.ts';
import { booted, charging, now } from '../csms/states.ts';
import { freshId } from '../ocppj/provoke.ts';

const all = ['1.6', '2.0.1', '2.1'] as const;
const v2 = ['2.0.1', '2.1'] as const;

const YEAR_MS = 365 * 86_400_000;

/** A date that no charger has yet. */
const absurd = (payload: unknown): boolean => /"20(3[5-9]|[4-9]\d)-/.test(JSON.stringify(payload));

export default suite('security/conduct', 'Messages that are valid and absurd', [
  testCase({
    id: 'security/conduct/absurd-end',
    title: 'CSMS answers the end of a transaction that took less than nothing and ends in ten years',
    sut: 'csms',
    versions: all,
    checks: {
      // A transaction that was is told, whatever the meter says of it (E 3.18, E04): what it costs is another matter.
      answered: {
        ref: { '1.6': '4.10', '2.0.1': 'E06.FR.02', '2.1': 'E06.FR.02' },
        level: 'SHOULD',
        says: 'the end is answered with a CALLRESULT',
      },
      served: {
        ref: { '1.6': 'J 4.1.1', '2.0.1': 'P4 4.1.1', '2.1': 'P4 4.1.1' },
        level: 'SHALL',
        says: 'the next CALL is served',
      },
    },
    catches: {
      answered: {
        '1.6': refuses('StopTransaction', 'InternalError', { when: (_, asked) => absurd(asked), name: 'absurd' }),
        '2.0.1': refuses('TransactionEvent', 'InternalError', { when: (_, asked) => absurd(asked), name: 'absurd' }),
        '2.1': refuses('TransactionEvent', 'InternalError', { when: (_, asked) => absurd(asked), name: 'absurd' }),
      },
      served: drop('Heartbeat'),
    },
    async run(context) {
      const { check, clock, station, words } = context;
      await booted(context);
      const charge = await charging(context);
      const facts = {
        evseId: charge.evseId,
        connectorId: 1,
        token: charge.token,
        transactionId: String(charge.transactionId),
      };
      const later = new Date(clock.now() + 10 * YEAR_MS).toISOString();
      const end = words.transaction.end(facts, { at: later, wh: 0 }, charge.started.payload, 1, 'local', undefined);
      const id = freshId(context);
      const reply = await station.session.callRaw(id, end.action, encodeCall(id, end.action, end.payload));
      check('answered', () => expect(reply).to.be.callResult());
      const heartbeat = await station.call('Heartbeat', {});
      check('served', () => expect(heartbeat).to.be.callResult());
    },
  }),

  testCase({
    id: 'security/conduct/no-such-connector',
    title: 'CSMS answers the status of a connector that no charger has',
    sut: 'csms',
    versions: all,
    checks: {
      told: {
        ref: { '1.6': 'J 4.1.1', '2.0.1': 'P4 4.1.1', '2.1': 'P4 4.1.1' },
        level: 'SHALL',
        says: 'it is answered, with a CALLRESULT or a CALLERROR',
      },
      served: {
        ref: { '1.6': 'J 4.1.1', '2.0.1': 'P4 4.1.1', '2.1': 'P4 4.1.1' },
        level: 'SHALL',
        says: 'the next CALL is served',
      },
    },
    catches: {
      told: drop('StatusNotification', { when: (_, asked) => JSON.stringify(asked).includes('9999'), name: '9999' }),
      served: drop('Heartbeat'),
    },
    async run(context) {
      const { check, station, words } = context;
      await booted(context);
      const id = freshId(context);
      const status = words.status(9_999, 9_999, 'Available', now(context));
      const reply = await station.session.callRaw(
        id,
        'StatusNotification',
        encodeCall(id, 'StatusNotification', status),
      );
      check('told', () => expect(reply.kind).to.be.oneOf(['callresult', 'callerror']));
      const heartbeat = await station.call('Heartbeat', {});
      check('served', () => expect(heartbeat).to.be.callResult());
    },
  }),

  testCase({
    id: 'security/conduct/unasked-report',
    title: 'CSMS answers a report that it never asked for',
    sut: 'csms',
    versions: v2,
    checks: {
      answered: {
        ref: 'NotifyReportRequest.requestId',
        level: 'SHOULD',
        says: 'it is answered with a CALLRESULT: a station may tell late what was asked long ago',
      },
    },
    catches: { answered: refuses('NotifyReport', 'InternalError') },
    async run(context) {
      const { check, random, station } = context;
      await booted(context);
      const id = freshId(context);
      const payload = {
        requestId: Math.floor(random() * 2 ** 30),
        generatedAt: now(context),
        seqNo: 0,
        tbc: false,
        reportData: [
          {
            component: { name: 'OCPPCommCtrlr' },
            variable: { name: 'HeartbeatInterval' },
            variableAttribute: [{ type: 'Actual', value: '60' }],
          },
        ],
      };
      const reply = await station.session.callRaw(id, 'NotifyReport', encodeCall(id, 'NotifyReport', payload));
      check('answered', () => expect(reply).to.be.callResult());
    },
  }),

  testCase({
    id: 'security/conduct/unknown-security-event',
    title: 'CSMS answers a security event of a kind that no list has',
    sut: 'csms',
    versions: v2,
    checks: {
      answered: {
        ref: 'SecurityEventNotificationRequest.type',
        level: 'SHOULD',
        says: 'it is answered with a CALLRESULT: vendors have events of their own',
      },
    },
    catches: { answered: refuses('SecurityEventNotification', 'PropertyConstraintViolation') },
    async run(context) {
      const { check, station } = context;
      await booted(context);
      const payload = { type: 'PlugproofEvent', timestamp: now(context), techInfo: 'i'.repeat(255) };
      const reply = await station.call('SecurityEventNotification', payload);
      check('answered', () => expect(reply).to.be.callResult());
    },
  }),
]);
