/** CSMS, data transfer: what is agreed outside of OCPP, in both directions. */
import { alter, behaviour } from '../../src/judge/fault.ts';
import { at } from '../../src/judge/path.ts';
import { suite, testCase } from '../../src/judge/test-case.ts';
import { expect } from '../../src/judge/words.ts';
import { randomWord } from '../../src/random.ts';
import { ordered, servedOn, servedOnCheck, servedOnFault } from './orders.ts';
import { booted } from './states.ts';

/** A vendor that nobody has agreed anything with: a name of our own, and a word that is new each time. */
const stranger = (random: () => number): string => `org.plugproof.${randomWord(random, 8).toLowerCase()}`;

const askedCheck = {
  ref: { '1.6': '5.6', '2.0.1': 'DataTransferRequest.vendorId' },
  level: 'SHALL',
  says: 'the CALL carries the vendor, the message and the data of the operator',
} as const;
const askedFault = [
  alter('DataTransfer', { vendorId: 'com.example' }, { kind: 'call' }),
  alter('DataTransfer', { messageId: 'Other' }, { kind: 'call' }),
  alter('DataTransfer', { data: 'nothing' }, { kind: 'call' }),
  alter('DataTransfer', { data: null }, { kind: 'call' }),
];

/** What a station may answer; `data` comes with an agreement only. */
const answers = [
  { id: 'to-station', word: 'understands', answer: { status: 'Accepted', data: '{"done":true}' } },
  { id: 'to-station-rejected', word: 'rejects', answer: { status: 'Rejected' } },
  { id: 'to-station-unknown-vendor', word: 'has no such vendor for', answer: { status: 'UnknownVendorId' } },
  { id: 'to-station-unknown-message', word: 'has no such message for', answer: { status: 'UnknownMessageId' } },
];

export default suite('csms/data-transfer', 'Data transfer', [
  testCase({
    id: 'csms/data-transfer/unknown-vendor',
    title: 'CSMS does not accept data of a vendor that it does not know',
    sut: 'csms',
    versions: ['1.6', '2.0.1'],
    octt: { '1.6': 'TC_064_CSMS', '2.0.1': 'TC_P_02_CSMS' },
    checks: {
      refused: {
        ref: { '1.6': '4.3', '2.0.1': 'P02.FR.06' },
        level: 'SHALL',
        says: 'data of an unknown vendor is not accepted',
      },
      named: {
        ref: { '1.6': '4.3', '2.0.1': 'P02.FR.06' },
        // The text says SHALL; certification lets a plain Rejected pass all the same, and so a CSMS is warned of it.
        level: 'SHOULD',
        says: 'the answer is that the vendor is unknown',
      },
      bare: {
        ref: { '1.6': '4.3', '2.0.1': 'P02.FR.08' },
        level: 'SHALL',
        says: 'an answer without an agreement carries no data',
      },
    },
    catches: {
      refused: behaviour('accepts-any-vendor', 'data of any vendor is accepted'),
      named: alter('DataTransfer', { status: 'Rejected' }),
      bare: alter('DataTransfer', { data: 'what is this?' }),
    },
    async run(context) {
      const { station, random, check } = context;
      await booted(context);
      const vendorId = stranger(random);
      const asks = [{ vendorId }, { vendorId, messageId: randomWord(random, 10), data: randomWord(random, 40) }];
      for (const asked of asks) {
        const reply = await station.call('DataTransfer', asked);
        const status = at(reply.payload, 'status');
        check('refused', () => {
          expect(reply).to.be.callResult();
          expect(status).to.be.oneOf(['UnknownVendorId', 'UnknownMessageId', 'Rejected']);
        });
        check('named', () => expect(status).to.equal('UnknownVendorId'));
        check('bare', () => expect(reply.payload).to.not.have.property('data'));
      }
    },
  }),

  ...answers.map(({ id, word, answer }) =>
    testCase({
      id: `csms/data-transfer/${id}`,
      title: `CSMS sends data to a station that ${word} it`,
      sut: 'csms',
      versions: ['1.6', '2.0.1'],
      needs: ['DataTransfer'],
      checks: { asked: askedCheck, servedOn: servedOnCheck },
      catches: { asked: askedFault, servedOn: servedOnFault },
      async run(context) {
        const { orders, random } = context;
        await booted(context);
        const wish = orders.dataTransfer(
          stranger(random),
          randomWord(random, 12),
          `{"n":${Math.floor(random() * 1e6)}}`,
        );
        await ordered(context, 'DataTransfer', wish, answer);
        await servedOn(context);
      },
    }),
  ),
]);
