/** CSMS, diagnostics in OCPP 2.x: what a station knows of a customer is asked for, and cleared. */
import type { Context } from '../../src/judge/context.ts';
import { alter, type Fault } from '../../src/judge/fault.ts';
import { suite, testCase } from '../../src/judge/test-case.ts';
import { expect } from '../../src/judge/words.ts';
import { randomWord } from '../../src/random.ts';
import type { Payload } from '../../src/session.ts';
import { entriesOf } from './lists.v2.ts';
import { oddHex, oddNumber } from './odds.ts';
import { ordered, servedOn, servedOnCheck, servedOnFault } from './orders.ts';
import { partsFaults } from './orders.v2.ts';
import { anyRequestId, requestIdOf } from './reports.ts';
import { booted, now } from './states.ts';

const askedCheck = {
  ref: 'N09.FR.01',
  level: 'SHALL',
  says: 'the CALL carries the customer, and whether to report and to clear what is known of him',
} as const;
const oneCheck = { ref: 'N09.FR.04', level: 'SHALL', says: 'the CALL names one customer, in one way' } as const;
const takenCheck = {
  ref: 'NotifyCustomerInformationRequest.data',
  level: 'SHALL',
  says: 'each part of what the station knows is taken',
} as const;

const WAYS = ['idToken', 'customerIdentifier', 'customerCertificate'] as const;
type Way = (typeof WAYS)[number];

/** Whom the operator means. */
async function customer(context: Context, way: Way): Promise<Payload> {
  const { token, random } = context;
  switch (way) {
    case 'idToken': {
      const { idToken, type } = await token('valid');
      return { idToken: { idToken, type } };
    }
    case 'customerIdentifier':
      return { customerIdentifier: `CUSTOMER-${randomWord(random, 16)}` };
    case 'customerCertificate':
      return {
        customerCertificate: {
          hashAlgorithm: 'SHA384',
          issuerNameHash: oddHex(context, 96),
          issuerKeyHash: oddHex(context, 96),
          serialNumber: `1${oddHex(context, 15)}`,
        },
      };
  }
}

const otherThan: Readonly<Record<Way, readonly Fault[]>> = {
  idToken: [
    alter('CustomerInformation', { idToken: { idToken: 'ANOTHER' } }),
    alter('CustomerInformation', { idToken: { type: 'Local' } }),
  ],
  customerIdentifier: [alter('CustomerInformation', { customerIdentifier: 'another' })],
  customerCertificate: [
    // N09.FR.08, N10.FR.09: the algorithm is the one by which the station knows the certificate.
    alter('CustomerInformation', { customerCertificate: { hashAlgorithm: 'SHA256' } }),
    alter('CustomerInformation', { customerCertificate: { serialNumber: '1' } }),
    alter('CustomerInformation', { customerCertificate: { issuerKeyHash: 'ab'.repeat(48) } }),
  ],
};

const askedFaults = (way: Way, report: boolean, clear: boolean): readonly Fault[] => [
  alter('CustomerInformation', { report: !report }),
  alter('CustomerInformation', { clear: !clear }),
  alter('CustomerInformation', { requestId: 1 }),
  ...otherThan[way],
];
const oneFaults = (way: Way): readonly Fault[] => [
  alter('CustomerInformation', { [way]: null }),
  way === 'idToken'
    ? alter('CustomerInformation', { customerIdentifier: 'somebody else' })
    : alter('CustomerInformation', { idToken: { idToken: 'SOMEBODY', type: 'Central' } }),
];

/** The operator asks; the checks `asked` and `one` judge the CALL. @returns the request id */
async function asks(context: Context<'asked' | 'one'>, way: Way, flags: Payload, status: string): Promise<unknown> {
  const wish = { requestId: anyRequestId(context.random), ...flags, ...(await customer(context, way)) };
  const order = await ordered(context, 'CustomerInformation', wish, { status });
  const { payload } = order.call;
  context.check('one', () => expect(WAYS.filter((known) => payload[known] !== undefined)).to.have.length(1));
  return requestIdOf(order);
}

/** What the station knows, in as many parts as there are texts: seqNo counts from 0, tbc tells that there is more. */
async function reports(context: Context<'taken'>, requestId: unknown, ...texts: readonly string[]): Promise<void> {
  for (const [seqNo, data] of texts.entries()) {
    const part = { requestId, generatedAt: now(context), seqNo, tbc: seqNo < texts.length - 1, data };
    const reply = await context.station.call('NotifyCustomerInformation', part);
    context.check('taken', () => expect(reply).to.be.callResult());
  }
}

const KNOWN = ['name: Jane Doe; language: nl-NL; ', 'last charged: 2024-02-29'] as const;
const UNKNOWN = ['no data was found'] as const;
const CLEARED = ['what was known has been cleared'] as const;

interface Inquiry {
  readonly id: string;
  readonly title: string;
  readonly octt: string;
  readonly feature?: string;
  readonly way?: Way;
  readonly report: boolean;
  readonly clear: boolean;
  /** What the station tells in the end. */
  readonly told: readonly string[];
}

const inquiries: readonly Inquiry[] = [
  {
    id: 'customer-reported',
    title: 'CSMS asks what a station knows of a customer',
    octt: 'TC_N_27_CSMS',
    report: true,
    clear: false,
    told: KNOWN,
  },
  {
    id: 'customer-unknown',
    title: 'CSMS asks a station that knows nothing of a customer',
    octt: 'TC_N_28_CSMS',
    report: true,
    clear: false,
    told: UNKNOWN,
  },
  {
    id: 'customer-cleared-and-reported',
    title: 'CSMS has a station report what it knows of a customer, and forget it',
    octt: 'TC_N_30_CSMS',
    report: true,
    clear: true,
    told: KNOWN,
  },
  {
    id: 'customer-cleared-and-unknown',
    title: 'CSMS has a station forget a customer of whom it knows nothing',
    octt: 'TC_N_31_CSMS',
    report: true,
    clear: true,
    told: UNKNOWN,
  },
  {
    id: 'customer-cleared',
    title: 'CSMS has a station forget a customer without a report',
    octt: 'TC_N_32_CSMS',
    report: false,
    clear: true,
    told: CLEARED,
  },
  {
    id: 'customer-by-identifier',
    title: 'CSMS has a station forget a customer by the name of a contract',
    octt: 'TC_N_62_CSMS',
    feature: 'C-14',
    way: 'customerIdentifier',
    report: true,
    clear: true,
    told: KNOWN,
  },
  {
    id: 'customer-by-certificate',
    title: 'CSMS has a station forget a customer by his certificate',
    octt: 'TC_N_63_CSMS',
    feature: 'ISO-4',
    way: 'customerCertificate',
    report: true,
    clear: true,
    told: KNOWN,
  },
];

/** What a station may say that tells nothing. */
const refusals = [
  {
    id: 'customer-not-told',
    title: 'CSMS goes on with a station that tells nothing of a customer',
    octt: 'TC_N_29_CSMS',
    status: 'Rejected',
  },
  { id: 'customer-invalid', title: 'CSMS goes on with a station to which the customer is none', status: 'Invalid' },
];

const only = (id: string | undefined) => (id === undefined ? {} : { octt: { '2.0.1': id } });

export default suite('csms/diagnostics', 'Customer information (2.x)', [
  ...inquiries.map(({ id, title, octt, feature, way = 'idToken', report, clear, told }) =>
    testCase({
      id: `csms/diagnostics/${id}`,
      title,
      sut: 'csms',
      versions: ['2.0.1'],
      octt: { '2.0.1': octt },
      ...(feature !== undefined && { feature }),
      needs: ['CustomerInformation'],
      checks: { asked: askedCheck, one: oneCheck, taken: takenCheck, servedOn: servedOnCheck },
      catches: {
        asked: askedFaults(way, report, clear),
        one: oneFaults(way),
        taken:
          told.length > 1
            ? partsFaults('NotifyCustomerInformation')
            : partsFaults('NotifyCustomerInformation').slice(1),
        servedOn: servedOnFault,
      },
      async run(context) {
        await booted(context);
        const requestId = await asks(context, way, { report, clear }, 'Accepted');
        await reports(context, requestId, ...told);
        await servedOn(context);
      },
    }),
  ),

  ...refusals.map(({ id, title, octt, status }) =>
    testCase({
      id: `csms/diagnostics/${id}`,
      title,
      sut: 'csms',
      versions: ['2.0.1'],
      ...only(octt),
      needs: ['CustomerInformation'],
      checks: { asked: askedCheck, one: oneCheck, servedOn: servedOnCheck },
      catches: { asked: askedFaults('idToken', true, false), one: oneFaults('idToken'), servedOn: servedOnFault },
      async run(context) {
        await booted(context);
        await asks(context, 'idToken', { report: true, clear: false }, status);
        await servedOn(context);
      },
    }),
  ),

  testCase({
    id: 'csms/diagnostics/customer-leaves-list',
    title: 'CSMS takes a customer who was cleared out of the local list as well',
    sut: 'csms',
    versions: ['2.0.1'],
    octt: { '2.0.1': 'TC_N_46_CSMS' },
    feature: 'LA-0',
    needs: ['SendLocalList', 'CustomerInformation'],
    checks: {
      listed: {
        ref: 'D01.FR.01',
        level: 'SHALL',
        says: 'at first the customer is in the list that the operator has sent',
      },
      asked: askedCheck,
      one: oneCheck,
      taken: takenCheck,
      left: {
        ref: 'N10.FR.02',
        level: 'SHALL',
        says: 'then the list is sent without the customer, or a change that takes him out',
      },
      newer: {
        ref: 'D01.FR.18',
        level: 'SHALL',
        says: 'with a version that the station takes: above 0, and for a change above its own',
      },
      servedOn: servedOnCheck,
    },
    catches: {
      listed: alter('SendLocalList', { localAuthorizationList: null }, { name: 'list lost', when: isFull }),
      asked: askedFaults('idToken', true, true),
      one: oneFaults('idToken'),
      taken: partsFaults('NotifyCustomerInformation'),
      left: [
        alter('SendLocalList', (payload) => keeping(payload), { name: 'entry stays', when: isDifferential }),
        alter('SendLocalList', { localAuthorizationList: null }, { name: 'nothing taken out', when: isDifferential }),
        alter('SendLocalList', { updateType: 'Full' }, { name: 'as a whole list', when: isDifferential }),
      ],
      newer: alter('SendLocalList', { versionNumber: 1 }, { name: 'version 1', when: isDifferential }),
      servedOn: servedOnFault,
    },
    async run(context) {
      const { station, operator, check } = context;
      await booted(context);
      const { idToken, type } = await context.token('valid');
      const versionNumber = oddNumber(context, 11);
      const entry = { idToken: { idToken, type }, idTokenInfo: { status: 'Accepted' } };
      const whole = { versionNumber, updateType: 'Full', localAuthorizationList: [entry] };
      await ordered(context, 'SendLocalList', whole, { status: 'Accepted' }, 'listed');

      // A CSMS may send the change by itself: it may come at any time from here on.
      let waits = true;
      let unasked: Awaited<ReturnType<typeof station.awaitCall>>;
      const arrival = station.awaitCall('SendLocalList', { where: () => waits }).then((call) => {
        unasked = call;
      });
      const requestId = await asks(context, 'idToken', { report: true, clear: true }, 'Accepted');
      await reports(context, requestId, ...KNOWN);
      await servedOn(context);
      await Promise.race([arrival, Promise.resolve()]);
      waits = false;
      const change = {
        versionNumber: versionNumber + 3,
        updateType: 'Differential',
        localAuthorizationList: [{ idToken: { idToken, type } }],
      };
      const call = unasked ?? (await operator.order('SendLocalList', change)).call;
      const { payload } = call;
      const named = entriesOf(payload).filter((known) => sameToken(known.idToken?.idToken, idToken));
      check('left', () => {
        if (payload['updateType'] === 'Full') expect(named, 'entries of the customer').to.deep.equal([]);
        else
          expect(
            named.map(({ idTokenInfo }) => idTokenInfo),
            'what is said of the customer',
          ).to.deep.equal([undefined]);
      });
      const least = payload['updateType'] === 'Full' ? 0 : versionNumber;
      check('newer', () => expect(payload['versionNumber']).to.be.above(least));
      call.respond({ status: 'Accepted' });
      await servedOn(context);
    },
  }),
]);

function isFull(payload: unknown): boolean {
  return (payload as Payload)['updateType'] === 'Full';
}

function isDifferential(payload: unknown): boolean {
  return (payload as Payload)['updateType'] === 'Differential';
}

/** The customer is changed where he was to be taken out. */
function keeping(payload: unknown): Payload {
  const entries = entriesOf(payload as Payload).map(({ idToken }) => ({ idToken, idTokenInfo: { status: 'Blocked' } }));
  return { ...(payload as Payload), localAuthorizationList: entries };
}

/** Ids of tokens have no case. */
const sameToken = (one: unknown, other: string): boolean =>
  typeof one === 'string' && one.toLowerCase() === other.toLowerCase();
