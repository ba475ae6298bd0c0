/** CSMS, certificates in OCPP 2.x: installed, listed, deleted, renewed. */
import type { Context } from '../../src/judge/context.ts';
import { suite, testCase } from '../../src/judge/test-case.ts';
import { expect } from '../../src/judge/words.ts';
import { type HashAlgorithm, hashData } from '../../src/pki/hash-data.ts';
import type { Payload } from '../../src/session.ts';
import {
  asks,
  getsSigned,
  newRoot,
  otherCertificate,
  otherHashes,
  put,
  refusedCheck,
  refusedFault,
  refusesUnsignable,
  reportsEvent,
  signedChecks,
  signedFaults,
  toldCheck,
  toldFault,
} from './certificates.flows.ts';
import { servedOn, servedOnCheck, servedOnFault } from './orders.ts';
import { booted } from './states.ts';

/** Certification profiles, for a SUT to declare absent. */
const ISO15118 = 'iso15118';
/** A CSMS may well have no certificate authority: only who declares the profile is held to it. */
const SIGNS = 'advanced-security';

const installCheck = {
  ref: 'M05.FR.01',
  level: 'SHALL',
  says: 'the CALL installs the certificate that the operator gave, as what it is',
} as const;
const installFaults = [
  otherCertificate,
  put('InstallCertificate', 'certificateType', ({ certificateType }) =>
    certificateType === 'MORootCertificate' ? 'V2GRootCertificate' : 'MORootCertificate',
  ),
];
const listCheck = {
  ref: 'M03.FR.01',
  level: 'SHALL',
  says: 'the CALL asks for certificates of the types that the operator wants to see, and no others',
} as const;
const listFaults = [
  put('GetInstalledCertificateIds', 'certificateType', () => ['MORootCertificate', 'V2GCertificateChain']),
  put('GetInstalledCertificateIds', 'certificateType', ({ certificateType }) =>
    certificateType === undefined ? ['CSMSRootCertificate'] : undefined,
  ),
];
const deleteCheck = {
  ref: 'M04.FR.07',
  level: 'SHALL',
  says: 'the CALL names the certificate as the station did, with the same hash algorithm',
} as const;

/** Types in any order. */
const wanted = (types: readonly string[]): Payload =>
  types.length === 0 ? {} : { certificateType: [...types].sort() };

/** GetInstalledCertificateIds, judged by the check `listed`. */
async function lists(context: Context<'listed'>, types: readonly string[], answer: Payload): Promise<void> {
  const order = await context.operator.order('GetInstalledCertificateIds', wanted(types));
  const { certificateType, ...rest } = order.call.payload;
  const sorted = Array.isArray(certificateType) ? { certificateType: [...certificateType].sort() } : {};
  context.check('listed', () =>
    expect({ ...order, call: { ...order.call, payload: { ...rest, ...sorted } } }).to.carryWhatWasAsked(),
  );
  order.call.respond(answer);
}

const chainOf = (certificateType: string, pem: string, algorithm: HashAlgorithm = 'SHA256'): Payload => ({
  certificateType,
  certificateHashData: hashData(pem, algorithm),
});

const installs = [
  { id: 'csms-root', type: 'CSMSRootCertificate', octt: 'TC_M_01_CSMS', what: 'its own root' },
  { id: 'manufacturer-root', type: 'ManufacturerRootCertificate', octt: 'TC_M_02_CSMS', what: 'a manufacturer root' },
  { id: 'v2g-root', type: 'V2GRootCertificate', octt: 'TC_M_03_CSMS', what: 'a V2G root', feature: ISO15118 },
  {
    id: 'mo-root',
    type: 'MORootCertificate',
    octt: 'TC_M_04_CSMS',
    what: 'a mobility operator root',
    feature: ISO15118,
  },
];

interface Listing {
  readonly id: string;
  readonly title: string;
  readonly types: readonly string[];
  readonly octt: string;
  readonly feature?: string;
  /** What the station has. */
  readonly has: readonly string[];
  readonly algorithms?: readonly HashAlgorithm[];
}

const listings: readonly Listing[] = [
  {
    id: 'csms-roots',
    title: 'CSMS lists its own roots on a station, whatever the hash algorithm',
    types: ['CSMSRootCertificate'],
    octt: 'TC_M_12_CSMS',
    has: ['CSMSRootCertificate'],
    algorithms: ['SHA256', 'SHA384', 'SHA512'],
  },
  {
    id: 'manufacturer-roots',
    title: 'CSMS lists the manufacturer roots on a station',
    types: ['ManufacturerRootCertificate'],
    octt: 'TC_M_13_CSMS',
    has: ['ManufacturerRootCertificate'],
  },
  {
    id: 'v2g-roots',
    title: 'CSMS lists the V2G roots on a station',
    types: ['V2GRootCertificate'],
    octt: 'TC_M_14_CSMS',
    feature: ISO15118,
    has: ['V2GRootCertificate'],
  },
  {
    id: 'v2g-chain',
    title: 'CSMS lists the V2G certificate of a station with the certificates above it',
    types: ['V2GCertificateChain'],
    octt: 'TC_M_15_CSMS',
    feature: ISO15118,
    has: ['V2GCertificateChain'],
  },
  {
    id: 'mo-roots',
    title: 'CSMS lists the mobility operator roots on a station',
    types: ['MORootCertificate'],
    octt: 'TC_M_16_CSMS',
    feature: ISO15118,
    has: ['MORootCertificate'],
  },
  {
    id: 'two-types',
    title: 'CSMS lists certificates of two types',
    types: ['CSMSRootCertificate', 'ManufacturerRootCertificate'],
    octt: 'TC_M_17_CSMS',
    has: ['CSMSRootCertificate', 'ManufacturerRootCertificate'],
  },
  {
    id: 'all-types',
    title: 'CSMS lists every certificate of a station',
    types: [],
    octt: 'TC_M_18_CSMS',
    has: ['CSMSRootCertificate', 'ManufacturerRootCertificate', 'V2GRootCertificate', 'V2GCertificateChain'],
  },
  {
    id: 'none-of-a-type',
    title: 'CSMS takes it that a station has no certificate of a type',
    types: ['ManufacturerRootCertificate'],
    octt: 'TC_M_19_CSMS',
    has: [],
  },
];

/** What a station answers that has certificates of these types. */
async function has(context: Context, types: readonly string[], algorithm: HashAlgorithm): Promise<Payload> {
  if (types.length === 0) return { status: 'NotFound' };
  const certificateHashDataChain: Payload[] = [];
  for (const type of types) {
    const below = type === 'V2GCertificateChain' ? [hashData(await newRoot(context), algorithm)] : undefined;
    const entry = chainOf(type, await newRoot(context), algorithm);
    certificateHashDataChain.push({ ...entry, ...(below && { childCertificateHashData: below }) });
  }
  return { status: 'Accepted', certificateHashDataChain };
}

/** What kinds of certificate a station renews. */
const renewals = [
  {
    id: 'renewed',
    type: 'ChargingStationCertificate',
    trigger: 'SignChargingStationCertificate',
    octt: 'TC_A_11_CSMS',
  },
  { id: 'v2g-renewed', type: 'V2GCertificate', trigger: 'SignV2GCertificate', octt: 'TC_A_12_CSMS', onlyFor: ISO15118 },
];

const triggerCheck = {
  ref: 'F06.FR.01',
  level: 'SHALL',
  says: 'the CALL asks for a request for a new certificate',
} as const;
const triggerFaults = [put('TriggerMessage', 'requestedMessage', () => 'Heartbeat')];
const typeCheck = {
  ref: 'CertificateSignedRequest.certificateType',
  level: 'SHALL',
  says: 'the certificate is of the type that the station asked for',
} as const;
const typeFault = put('CertificateSigned', 'certificateType', ({ certificateType }) =>
  certificateType === 'V2GCertificate' ? 'ChargingStationCertificate' : 'V2GCertificate',
);

/** Left out, it is a certificate of the station (default of the field). */
const typeOf = (payload: Payload): unknown => payload['certificateType'] ?? 'ChargingStationCertificate';

export default suite('csms/certificates', 'Certificates in OCPP 2.x', [
  ...installs.map(({ id, type, octt, what, feature }) =>
    testCase({
      id: `csms/certificates/install-${id}`,
      title: `CSMS installs ${what} on a 2.x station, and asks what is installed`,
      sut: 'csms',
      versions: ['2.0.1'],
      octt: { '2.0.1': octt },
      ...(feature !== undefined && { feature }),
      needs: ['InstallCertificate', 'GetInstalledCertificateIds'],
      checks: { asked: installCheck, listed: listCheck, servedOn: servedOnCheck },
      catches: { asked: installFaults, listed: listFaults, servedOn: servedOnFault },
      async run(context) {
        await booted(context);
        const certificate = await newRoot(context);
        const install = { certificateType: type, certificate };
        await asks(context, 'asked', 'InstallCertificate', install, { status: 'Accepted' });
        const data = { status: 'Accepted', certificateHashDataChain: [chainOf(type, certificate)] };
        await lists(context, [type], data);
        await servedOn(context);
      },
    }),
  ),

  ...(['Failed', 'Rejected'] as const).map((status) =>
    testCase({
      id: `csms/certificates/install-${status.toLowerCase()}`,
      title: `CSMS takes it that a station answers ${status} to a root`,
      sut: 'csms',
      versions: ['2.0.1'],
      ...(status === 'Failed' && { octt: { '2.0.1': 'TC_M_05_CSMS' } }),
      needs: ['InstallCertificate'],
      checks: { asked: installCheck, told: toldCheck, servedOn: servedOnCheck },
      catches: { asked: installFaults, told: toldFault('InvalidCsmsCertificate'), servedOn: servedOnFault },
      async run(context) {
        await booted(context);
        const install = { certificateType: 'CSMSRootCertificate', certificate: await newRoot(context) };
        await asks(context, 'asked', 'InstallCertificate', install, { status });
        await reportsEvent(context, 'InvalidCsmsCertificate');
        await servedOn(context);
      },
    }),
  ),

  ...listings.map(({ id, title, types, octt, feature, has: held, algorithms = ['SHA256'] }) =>
    testCase({
      id: `csms/certificates/list-${id}`,
      title,
      sut: 'csms',
      versions: ['2.0.1'],
      octt: { '2.0.1': octt },
      ...(feature !== undefined && { feature }),
      needs: ['GetInstalledCertificateIds'],
      checks: { listed: listCheck, servedOn: servedOnCheck },
      catches: { listed: listFaults, servedOn: servedOnFault },
      async run(context) {
        await booted(context);
        for (const algorithm of algorithms) await lists(context, types, await has(context, held, algorithm));
        await servedOn(context);
      },
    }),
  ),

  ...(['Accepted', 'Failed', 'NotFound'] as const).map((status) =>
    testCase({
      id: `csms/certificates/delete-${status.toLowerCase()}`,
      title: `CSMS has a 2.x station delete a certificate, and is answered ${status}`,
      sut: 'csms',
      versions: ['2.0.1'],
      ...(status !== 'NotFound' && { octt: { '2.0.1': status === 'Accepted' ? 'TC_M_20_CSMS' : 'TC_M_21_CSMS' } }),
      needs: ['GetInstalledCertificateIds', 'DeleteCertificate'],
      checks: { listed: listCheck, asked: deleteCheck, servedOn: servedOnCheck },
      catches: { listed: listFaults, asked: otherHashes, servedOn: servedOnFault },
      async run(context) {
        await booted(context);
        for (const algorithm of ['SHA256', 'SHA384', 'SHA512'] as const) {
          const root = await newRoot(context);
          const certificateHashDataChain = [
            chainOf('CSMSRootCertificate', await newRoot(context), algorithm),
            chainOf('CSMSRootCertificate', root, algorithm),
          ];
          await lists(context, ['CSMSRootCertificate'], { status: 'Accepted', certificateHashDataChain });
          const wish = { certificateHashData: hashData(root, algorithm) };
          await asks(context, 'asked', 'DeleteCertificate', wish, { status });
        }
        await servedOn(context);
      },
    }),
  ),

  ...renewals.map(({ id, type, trigger, octt, onlyFor = SIGNS }) =>
    testCase({
      id: `csms/certificates/${id}`,
      title: `CSMS has a 2.x station renew its ${type}`,
      sut: 'csms',
      versions: ['2.0.1'],
      octt: { '2.0.1': octt },
      onlyFor,
      needs: ['TriggerMessage'],
      checks: { asked: triggerCheck, ...signedChecks, type: typeCheck, servedOn: servedOnCheck },
      catches: { asked: triggerFaults, ...signedFaults, type: typeFault, servedOn: servedOnFault },
      async run(context) {
        await booted(context);
        await asks(context, 'asked', 'TriggerMessage', { requestedMessage: trigger }, { status: 'Accepted' });
        const { call } = await getsSigned(context, { certificateType: type });
        context.check('type', () => expect(typeOf(call.payload)).to.equal(type));
        call.respond({ status: 'Accepted' });
        await servedOn(context);
      },
    }),
  ),

  testCase({
    id: 'csms/certificates/renewal-refused',
    title: 'CSMS takes it that a 2.x station refuses its new certificate, and the event that it reports',
    sut: 'csms',
    versions: ['2.0.1'],
    octt: { '2.0.1': 'TC_A_14_CSMS' },
    onlyFor: SIGNS,
    needs: ['TriggerMessage'],
    checks: { asked: triggerCheck, ...signedChecks, told: toldCheck, servedOn: servedOnCheck },
    catches: {
      asked: triggerFaults,
      ...signedFaults,
      told: toldFault('InvalidChargingStationCertificate'),
      servedOn: servedOnFault,
    },
    async run(context) {
      await booted(context);
      const wish = { requestedMessage: 'SignChargingStationCertificate' };
      await asks(context, 'asked', 'TriggerMessage', wish, { status: 'Accepted' });
      const { call } = await getsSigned(context, { certificateType: 'ChargingStationCertificate' });
      call.respond({ status: 'Rejected' });
      await reportsEvent(context, 'InvalidChargingStationCertificate');
      await servedOn(context);
    },
  }),

  testCase({
    id: 'csms/certificates/asked-by-station',
    title: 'CSMS signs a request that a station makes on its own account',
    sut: 'csms',
    versions: ['2.0.1'],
    onlyFor: SIGNS,
    checks: { ...signedChecks, servedOn: servedOnCheck },
    catches: { ...signedFaults, servedOn: servedOnFault },
    async run(context) {
      await booted(context);
      const { call } = await getsSigned(context, { certificateType: 'ChargingStationCertificate' });
      call.respond({ status: 'Accepted' });
      await servedOn(context);
    },
  }),

  testCase({
    id: 'csms/certificates/unsignable',
    title: 'CSMS signs no request of a 2.x station that is broken',
    sut: 'csms',
    versions: ['2.0.1'],
    checks: { refused: refusedCheck, servedOn: servedOnCheck },
    catches: { refused: refusedFault, servedOn: servedOnFault },
    async run(context) {
      await booted(context);
      await refusesUnsignable(context, { certificateType: 'ChargingStationCertificate' });
      await servedOn(context);
    },
  }),
]);
