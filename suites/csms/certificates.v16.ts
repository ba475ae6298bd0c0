/** CSMS, certificates in 1.6 (security whitepaper): installed, listed, deleted, renewed. */
import { suite, testCase } from '../../src/judge/test-case.ts';
import { type HashAlgorithm, hashData } from '../../src/pki/hash-data.ts';
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
import { ordered, servedOn, servedOnCheck, servedOnFault } from './orders.ts';
import { booted } from './states.ts';

/** The whitepaper as a whole, for a SUT to declare absent. */
const SECURITY = 'Security';
/** A CSMS may well have no certificate authority: only who declares the profile is held to it. */
const SIGNS = 'advanced-security';
const CS_ROOT = 'CentralSystemRootCertificate';
const MAKER_ROOT = 'ManufacturerRootCertificate';

const installCheck = {
  ref: 'W M05.FR.01',
  level: 'SHALL',
  says: 'the CALL installs the certificate that the operator gave, as what it is',
} as const;
const installFaults = [
  otherCertificate,
  put('InstallCertificate', 'certificateType', (payload) =>
    payload['certificateType'] === CS_ROOT ? MAKER_ROOT : CS_ROOT,
  ),
];
const listCheck = {
  ref: 'W M03.FR.01',
  level: 'SHALL',
  says: 'the CALL asks for the certificates of the type that the operator wants to see',
} as const;
const listFault = put('GetInstalledCertificateIds', 'certificateType', (payload) =>
  payload['certificateType'] === CS_ROOT ? MAKER_ROOT : CS_ROOT,
);
const triggerCheck = {
  ref: 'ExtendedTriggerMessageRequest.requestedMessage',
  level: 'SHALL',
  says: 'the CALL asks for a request for a new certificate',
} as const;
const triggerFaults = [
  put('ExtendedTriggerMessage', 'requestedMessage', () => 'Heartbeat'),
  put('ExtendedTriggerMessage', 'connectorId', () => 1),
];
const TRIGGER = { requestedMessage: 'SignChargePointCertificate' };

const installs = [
  { id: 'manufacturer-root', type: MAKER_ROOT, octt: 'TC_075_1_CSMS', what: 'the root of the manufacturer' },
  { id: 'csms-root', type: CS_ROOT, octt: 'TC_075_2_CSMS', what: 'its own root' },
];

export default suite('csms/certificates', 'Certificates (1.6)', [
  ...installs.map(({ id, type, octt, what }) =>
    testCase({
      id: `csms/certificates/install-${id}-v16`,
      title: `CSMS installs ${what} on a station, and asks what is installed`,
      sut: 'csms',
      versions: ['1.6'],
      octt: { '1.6': octt },
      feature: SECURITY,
      needs: ['InstallCertificate', 'GetInstalledCertificateIds'],
      checks: { asked: installCheck, listed: listCheck, servedOn: servedOnCheck },
      catches: { asked: installFaults, listed: listFault, servedOn: servedOnFault },
      async run(context) {
        await booted(context);
        const certificate = await newRoot(context);
        const install = { certificateType: type, certificate };
        await asks(context, 'asked', 'InstallCertificate', install, { status: 'Accepted' });
        await ordered(
          context,
          'GetInstalledCertificateIds',
          { certificateType: type },
          { status: 'Accepted', certificateHashData: [hashData(certificate, 'SHA256')] },
          'listed',
        );
        await servedOn(context);
      },
    }),
  ),

  testCase({
    id: 'csms/certificates/install-refused-v16',
    title: 'CSMS takes it that a station refuses a root, and the event that it reports',
    sut: 'csms',
    versions: ['1.6'],
    octt: { '1.6': 'TC_078_CSMS' },
    feature: SECURITY,
    needs: ['InstallCertificate'],
    checks: { asked: installCheck, told: toldCheck, servedOn: servedOnCheck },
    catches: {
      asked: installFaults,
      told: toldFault('InvalidCentralSystemCertificate'),
      servedOn: servedOnFault,
    },
    async run(context) {
      await booted(context);
      const certificate = await newRoot(context);
      const install = { certificateType: CS_ROOT, certificate };
      await asks(context, 'asked', 'InstallCertificate', install, { status: 'Rejected' });
      await reportsEvent(context, 'InvalidCentralSystemCertificate');
      await servedOn(context);
    },
  }),

  testCase({
    id: 'csms/certificates/none-installed-v16',
    title: 'CSMS takes it that a station has no certificate of a type',
    sut: 'csms',
    versions: ['1.6'],
    feature: SECURITY,
    needs: ['GetInstalledCertificateIds'],
    checks: { listed: listCheck, servedOn: servedOnCheck },
    catches: { listed: listFault, servedOn: servedOnFault },
    async run(context) {
      await booted(context);
      const wish = { certificateType: MAKER_ROOT };
      await ordered(context, 'GetInstalledCertificateIds', wish, { status: 'NotFound' }, 'listed');
      await servedOn(context);
    },
  }),

  ...(['Accepted', 'Failed', 'NotFound'] as const).map((status, i) =>
    testCase({
      id: `csms/certificates/delete-${status.toLowerCase()}-v16`,
      title: `CSMS has a station delete a certificate, and is answered ${status}`,
      sut: 'csms',
      versions: ['1.6'],
      ...(status === 'Accepted' && { octt: { '1.6': 'TC_076_CSMS' } }),
      feature: SECURITY,
      needs: ['GetInstalledCertificateIds', 'DeleteCertificate'],
      checks: {
        listed: listCheck,
        asked: {
          ref: 'W M04.FR.07',
          level: 'SHALL',
          says: 'the CALL names the certificate as the station did, with the same hash algorithm',
        },
        servedOn: servedOnCheck,
      },
      catches: { listed: listFault, asked: otherHashes, servedOn: servedOnFault },
      async run(context) {
        await booted(context);
        const algorithm = (['SHA256', 'SHA384', 'SHA512'] as const satisfies HashAlgorithm[])[i] ?? 'SHA256';
        const data = hashData(await newRoot(context), algorithm);
        const other = hashData(await newRoot(context), algorithm);
        await ordered(
          context,
          'GetInstalledCertificateIds',
          { certificateType: CS_ROOT },
          { status: 'Accepted', certificateHashData: [other, data] },
          'listed',
        );
        await asks(context, 'asked', 'DeleteCertificate', { certificateHashData: data }, { status });
        await servedOn(context);
      },
    }),
  ),

  testCase({
    id: 'csms/certificates/renewed-v16',
    title: 'CSMS has a station renew its certificate',
    sut: 'csms',
    versions: ['1.6'],
    octt: { '1.6': 'TC_074_CSMS' },
    onlyFor: SIGNS,
    needs: ['ExtendedTriggerMessage'],
    checks: { asked: triggerCheck, ...signedChecks, servedOn: servedOnCheck },
    catches: { asked: triggerFaults, ...signedFaults, servedOn: servedOnFault },
    async run(context) {
      await booted(context);
      await ordered(context, 'ExtendedTriggerMessage', TRIGGER, { status: 'Accepted' });
      const { call } = await getsSigned(context);
      call.respond({ status: 'Accepted' });
      await servedOn(context);
    },
  }),

  testCase({
    id: 'csms/certificates/renewal-refused-v16',
    title: 'CSMS takes it that a station refuses its new certificate, and the event that it reports',
    sut: 'csms',
    versions: ['1.6'],
    octt: { '1.6': 'TC_077_CSMS' },
    onlyFor: SIGNS,
    needs: ['ExtendedTriggerMessage'],
    checks: { asked: triggerCheck, ...signedChecks, told: toldCheck, servedOn: servedOnCheck },
    catches: {
      asked: triggerFaults,
      ...signedFaults,
      told: toldFault('InvalidChargePointCertificate'),
      servedOn: servedOnFault,
    },
    async run(context) {
      await booted(context);
      await ordered(context, 'ExtendedTriggerMessage', TRIGGER, { status: 'Accepted' });
      const { call } = await getsSigned(context);
      call.respond({ status: 'Rejected' });
      await reportsEvent(context, 'InvalidChargePointCertificate');
      await servedOn(context);
    },
  }),

  testCase({
    id: 'csms/certificates/unsignable-v16',
    title: 'CSMS signs no request that is broken',
    sut: 'csms',
    versions: ['1.6'],
    feature: SECURITY,
    checks: { refused: refusedCheck, servedOn: servedOnCheck },
    catches: { refused: refusedFault, servedOn: servedOnFault },
    async run(context) {
      await booted(context);
      await refusesUnsignable(context);
      await servedOn(context);
    },
  }),
]);
