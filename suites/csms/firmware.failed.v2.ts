/** CSMS, firmware in OCPP 2.x: updates that come to nothing, and those that are not signed. */
import { alter, drop, type Fault } from '../../src/judge/fault.ts';
import { suite, testCase } from '../../src/judge/test-case.ts';
import { expect } from '../../src/judge/words.ts';
import type { Payload } from '../../src/session.ts';
import { ofStatus, servedOn, servedOnCheck, servedOnFault } from './orders.ts';
import { booted } from './states.ts';
import {
  alarms,
  askedCheck,
  askedFaults,
  FETCHED,
  followedCheck,
  goes,
  installLater,
  signedCheck,
  signedFault,
  updates,
  wish,
} from './updates.v2.ts';

/** An update that comes to nothing. */
interface Failure {
  readonly id: string;
  readonly title: string;
  readonly octt: string;
  readonly answer: string;
  readonly told: readonly string[];
  readonly event?: string;
}

const failures: readonly Failure[] = [
  {
    id: 'update-certificate-invalid',
    title: 'CSMS goes on with a station to which the certificate of the firmware is invalid',
    octt: 'TC_L_05_CSMS',
    answer: 'InvalidCertificate',
    told: [],
    event: 'InvalidFirmwareSigningCertificate',
  },
  {
    id: 'update-signature-invalid',
    title: 'CSMS follows an update whose signature is invalid',
    octt: 'TC_L_06_CSMS',
    answer: 'Accepted',
    told: ['Downloading', 'Downloaded', 'InvalidSignature'],
    event: 'InvalidFirmwareSignature',
  },
  {
    id: 'update-not-fetched',
    title: 'CSMS follows an update that a 2.x station can not download',
    octt: 'TC_L_07_CSMS',
    answer: 'Accepted',
    told: ['Downloading', 'DownloadFailed'],
  },
  {
    id: 'update-not-verified',
    title: 'CSMS follows an update that fails its check at the installation',
    octt: 'TC_L_08_CSMS',
    answer: 'Accepted',
    told: [...FETCHED, 'Installing', 'InstallVerificationFailed'],
  },
];

/** The answers that a failure loses, one at a time. */
const unheard = ({ told, event }: Failure): readonly Fault[] => [
  ...told.slice(-1).map((status) => drop('FirmwareStatusNotification', ofStatus(status))),
  ...(event ? [drop('SecurityEventNotification')] : []),
];

export default suite('csms/firmware', 'Firmware that is not installed (2.x)', [
  testCase({
    id: 'csms/firmware/update-certificate-revoked',
    title: 'CSMS goes on with a station to which the certificate of the firmware is revoked',
    sut: 'csms',
    versions: ['2.0.1'],
    octt: { '2.0.1': 'TC_L_04_CSMS' },
    needs: ['UpdateFirmware'],
    checks: { asked: askedCheck, signed: signedCheck, servedOn: servedOnCheck },
    catches: { asked: [...askedFaults, installLater], signed: signedFault, servedOn: servedOnFault },
    async run(context) {
      await booted(context);
      await updates(context, wish(context), 'RevokedCertificate');
      await servedOn(context);
    },
  }),

  ...failures.map((failure) =>
    testCase({
      id: `csms/firmware/${failure.id}`,
      title: failure.title,
      sut: 'csms',
      versions: ['2.0.1'],
      octt: { '2.0.1': failure.octt },
      needs: ['UpdateFirmware'],
      checks: {
        asked: askedCheck,
        signed: signedCheck,
        servedOn: servedOnCheck,
        followed: followedCheck,
      },
      catches: {
        asked: [...askedFaults, installLater],
        signed: signedFault,
        servedOn: servedOnFault,
        followed: unheard(failure),
      },
      async run(context) {
        const { answer, told, event } = failure;
        await booted(context);
        const order = await updates(context, wish(context), answer);
        await goes(context, order, ...told);
        if (event) await alarms(context, event);
        await servedOn(context);
      },
    }),
  ),

  testCase({
    id: 'csms/firmware/update-unsigned',
    title: 'CSMS updates firmware that is not signed, and leaves the number of tries to the station',
    sut: 'csms',
    versions: ['2.0.1'],
    needs: ['UpdateFirmware'],
    checks: {
      asked: { ...askedCheck, says: 'the CALL carries where the firmware is, and from when on it is fetched' },
      followed: followedCheck,
      servedOn: servedOnCheck,
    },
    catches: {
      asked: [
        alter('UpdateFirmware', { requestId: 1 }),
        alter('UpdateFirmware', { retries: 9 }),
        alter('UpdateFirmware', { firmware: { location: 'https://example.org/other.bin' } }),
        alter('UpdateFirmware', { firmware: { retrieveDateTime: '2031-01-01T00:00:00Z' } }),
        installLater,
      ],
      followed: drop('FirmwareStatusNotification', ofStatus('Installed')),
      servedOn: servedOnFault,
    },
    async run(context) {
      const { operator, check } = context;
      await booted(context);
      const { requestId, firmware } = wish(context);
      const { location, retrieveDateTime } = firmware as Payload;
      const order = await operator.order('UpdateFirmware', { requestId, firmware: { location, retrieveDateTime } });
      check('asked', () => expect(order).to.carryWhatWasAsked());
      order.call.respond({ status: 'Accepted' });
      await goes(context, order, 'Downloading', 'Downloaded', 'Installing', 'Installed');
      await servedOn(context);
    },
  }),
]);
