/** Small wrongs that are none: what a right system may send as well, with the reason, so that the score counts what is wrong. */
import type { OcppVersion, Role } from '../src/dialects/index.ts';
import type { Mutant } from './mutants.ts';

interface Latitude {
  readonly side: Role;
  readonly versions: readonly OcppVersion[];
  readonly action: string;
  /** What is done to the frame. */
  readonly what: RegExp;
  /** Why nobody can call it wrong. */
  readonly why: string;
}

type Entry = readonly [action: string, what: RegExp, why: string];

const entries = (side: Role, versions: readonly OcppVersion[], table: readonly Entry[]): Latitude[] =>
  table.map(([action, what, why]) => ({ side, versions, action, what, why }));

/** A text is another one. */
const OTHER = '(another|cut short|in the other case|one more|negative|a thousand times as much)';
/** A number is another one. */
const NUMBER = '(one more|one less|zero|negative|a thousand times as much)';

const any = (paths: string, ways: string): RegExp => new RegExp(`^(${paths}) is ${ways}$`);

const TOLERANCE = 'clocks may differ by more than lies between the two';
const UNKNOWN_DEFECT = 'what is broken, the station alone knows';
const FILE = 'how it calls its file, the station alone knows';
const VEHICLE = 'what a vehicle needs and plans, it alone knows';
/** A value is another one that can be. */
const VALUE = `(${OTHER}|${NUMBER}|(an hour|a day) (later|earlier)|of another zone|that of the one before)`;
const IDENTIFIER = 'identifiers are the same in capital and small letters';
const TWICE = /^(is sent twice, under two ids|goes back to what was before, and forth)$/;
const READS = 'a CSMS may read on its own account';
const METER = 'energy flows between two readings';
const DEFAULT = 'the field is optional, and what it means where it is missing is true there';

const LATITUDE: readonly Latitude[] = [
  ...entries(
    'station',
    ['1.6'],
    [
      [
        'BootNotification',
        any('(chargePoint(Vendor|Model|SerialNumber))|firmwareVersion', OTHER),
        'who a station is, it alone knows',
      ],
      [
        'BootNotification',
        /^(chargePointSerialNumber|firmwareVersion) is (gone|empty)$/,
        'the field is optional (6.3)',
      ],
      ['StatusNotification', /^timestamp is gone$/, 'the field is optional: the time of receipt counts (6.47)'],
      ['StatusNotification', any('info', `(${OTHER}|gone|empty)`), 'free text (6.47)'],
      ['StatusNotification', /^errorCode GroundFailure becomes /, `${UNKNOWN_DEFECT} (7.6)`],
      [
        'GetConfiguration',
        /^configurationKey\.\d+ is gone$/,
        'a key of the security extension or of the vendor, which no station has to have',
      ],
      ['GetConfiguration', /^configurationKey\.\d+\.value is empty$/, 'a list can be empty (3.16.5)'],
      ['MeterValues', /\.unit is gone$/, 'the field is optional (7.43)'],
      ['MeterValues', /^meterValue\.\d+\.sampledValue\.\d+\.value is one more$/, METER],
      ['GetConfiguration', /^(configurationKey\.\d+\.key|unknownKey\.\d+) is in the other case$/, IDENTIFIER],
      ['DataTransfer', /^status UnknownVendorId becomes (Rejected|UnknownMessageId)$/, 'a refusal all the same'],
      ['StartTransaction', /^timestamp is that of the one before$/, TOLERANCE],
      ['StopTransaction', /^(meterStop|transactionData\.\d+\.sampledValue\.\d+\.value) is one more$/, METER],
      ['StopTransaction', /^idTag is in the other case$/, `${IDENTIFIER} (7.28)`],
      [
        'StopTransaction',
        /^transactionData\.\d+ is gone$/,
        'the first value and the last are recommended (errata 3.14), and those between may be dropped (errata 3.91)',
      ],
      ['StopTransaction', /^transactionData\.\d+\.timestamp is that of the one before$/, TOLERANCE],
      [
        'StopTransaction',
        /^transactionData\.\d+\.sampledValue\.\d+\.(context|measurand|unit) is gone$/,
        `${DEFAULT} (7.43)`,
      ],
      ['GetDiagnostics', /^fileName is another$/, `${FILE} (5.9)`],
      [
        'GetCompositeSchedule',
        /^(connectorId|scheduleStart|chargingSchedule\.(duration|startSchedule)) is gone$/,
        'the field is optional (6.22, 7.13)',
      ],
      [
        'GetCompositeSchedule',
        any('chargingSchedule\\.startSchedule', VALUE),
        'what the periods are counted from is scheduleStart (6.22)',
      ],
      ['GetCompositeSchedule', /\.numberPhases is gone$/, `${DEFAULT} (7.14)`],
      ['GetCompositeSchedule', /^chargingSchedule.*\.[1-9]\d*\.startPeriod is one (less|more)$/, 'seconds are rounded'],
      [
        'SignedFirmwareStatusNotification',
        /^status (Installing|InstallRebooting) becomes (InstallScheduled|Installing|InstallRebooting)$/,
        'steps on the way that are told where they are taken',
      ],
    ],
  ),
  ...entries(
    'station',
    ['2.0.1'],
    [
      [
        'BootNotification',
        any('chargingStation\\.(vendorName|model|serialNumber|firmwareVersion)', OTHER),
        'who a station is, it alone knows',
      ],
      [
        'BootNotification',
        /^chargingStation\.(serialNumber|firmwareVersion) is (gone|empty)$/,
        'the field is optional (ChargingStationType)',
      ],
      ['BootNotification', /^reason PowerUp becomes Unknown$/, 'it need not know why it starts (BootReasonEnumType)'],
      ['NotifyEVChargingNeeds', any('chargingNeeds\\..*|maxScheduleTuples', VALUE), VEHICLE],
      ['NotifyEVChargingNeeds', /^(is sent twice, under two ids|goes back to what was before, and forth)$/, VEHICLE],
      ['NotifyEVChargingSchedule', /^chargingSchedule\.chargingRateUnit \w becomes /, VEHICLE],
      ['NotifyEVChargingSchedule', any('chargingSchedule\\.(?!.*numberPhases).*', VALUE), VEHICLE],
      [
        'NotifyEVChargingSchedule',
        /^(timeBase is (an hour|a day|of another)|is (never sent|sent twice))/,
        `${VEHICLE} (K15.FR.19)`,
      ],
      [
        'Authorize',
        any('iso15118CertificateHashData\\.\\d+\\.(serialNumber|responderURL)', `(${OTHER}|empty)`),
        'who signed the certificate of a vehicle, the station alone has seen',
      ],
      ['Authorize', /^iso15118CertificateHashData\.\d+ is gone$/, 'how long its chain is, the station alone has seen'],
      ['LogStatusNotification', /^status UploadFailure becomes /, 'why an upload fails, the station alone knows'],
      ['NotifyCustomerInformation', /^data is (another|cut short|in the other case)$/, 'no format is specified (N09)'],
      ['NotifyCustomerInformation', /^generatedAt is that of the one before$/, TOLERANCE],
      [
        'NotifyChargingLimit',
        any('chargingSchedule\\.\\d+\\.(id|startSchedule)', `(${VALUE}|gone)`),
        'how a limit is told as a schedule is open (K12)',
      ],
      ['NotifyChargingLimit', /^is sent twice, under two ids$/, 'nothing says how often a limit is told (K12)'],
      ['ClearedChargingLimit', /^is sent twice, under two ids$/, 'nothing says how often it is told (K13)'],
      [
        '*',
        any('statusInfo\\.(reasonCode|additionalInfo)', `(${OTHER}|empty)`),
        'which words a station has for a reason is open (StatusInfoType)',
      ],
      [
        'TransactionEvent',
        any('meterValue\\.\\d+\\.sampledValue\\.\\d+\\.signedMeterValue\\.\\w+', `(${OTHER}|that of the one before)`),
        'signed data is for those who have the key of the meter',
      ],
      ['TransactionEvent', /^reservationId is that of the one before$/, 'it may be told again in its transaction'],
      [
        'TransactionEvent',
        /^triggerReason SignedDataReceived becomes Authorized$/,
        'where both start it, either is why (E01.FR.04)',
      ],
      ['TransactionEvent', /^seqNo is one more$/, 'numbers may go on from an earlier transaction (E, 1.3.1)'],
      [
        'TransactionEvent',
        /^numberOfPhasesUsed is (gone|one less)$/,
        'on how many phases a vehicle charges, the station alone measures, where it can (E02.FR.18)',
      ],
      ['TransactionEvent', /\.sampledValue\.\d+\.(measurand|unitOfMeasure|unitOfMeasure\.unit) is gone$/, DEFAULT],
      ['TransactionEvent', /\.sampledValue\.\d+\.value is (one more|one less)$/, METER],
      ['TransactionEvent', /^meterValue\.\d+\.timestamp is that of the one before$/, TOLERANCE],
      ['TransactionEvent', /^transactionInfo\.stoppedReason GroundFault becomes /, UNKNOWN_DEFECT],
      [
        'TransactionEvent',
        /^transactionInfo\.chargingState SuspendedEV becomes /,
        'to tell of it is recommended (E01.FR.19)',
      ],
      ['MeterValues', /\.sampledValue\.\d+\.unitOfMeasure(\.unit)? is gone$/, DEFAULT],
      [
        'MeterValues',
        /\.sampledValue\.\d+\.value is (one more|one less|zero|that of the one before)$/,
        'some meters begin anew with each vehicle, and stand still without one',
      ],
      [
        'MeterValues',
        /^(meterValue\.\d+\.timestamp is that of the one before|goes back to what was before)/,
        TOLERANCE,
      ],
      [
        'NotifyReport',
        any(
          'reportData\\.\\d+\\.variableCharacteristics\\.(maxLimit|minLimit|supportsMonitoring|unit)',
          `(${VALUE}|gone|flipped)`,
        ),
        'how far a variable goes, and whether it is watched, the station alone knows',
      ],
      [
        'FirmwareStatusNotification',
        /^status InstallRebooting becomes Installing$/,
        'after a restart it may go on installing (L01.FR.15)',
      ],
      ['GetCompositeSchedule', /\.numberPhases is gone$/, `${DEFAULT} (ChargingSchedulePeriodType)`],
      ['GetCompositeSchedule', /\.[1-9]\d*\.startPeriod is one (less|more)$/, 'seconds are rounded'],
      ['GetVariables', /\.attributeType is gone$/, DEFAULT],
      ['NotifyReport', /\.(persistent|constant|type) is (gone|that of the one before|flipped)$/, DEFAULT],
      ['NotifyReport', /dataType decimal becomes integer$/, 'a number can be either'],
      ['NotifyCustomerInformation', /^tbc is gone$/, DEFAULT],
      ['NotifyMonitoringReport', /^tbc is gone$/, DEFAULT],
      ['NotifyEVChargingSchedule', /\.numberPhases is (gone|one less|zero|that of the one before)$/, VEHICLE],
      ['NotifyEvent', any('eventData\\.\\d+\\.eventId', NUMBER), 'how it numbers its events, the station decides'],
      ['SecurityEventNotification', /^(is the one before|timestamp is that of the one before)$/, TOLERANCE],
      ['FirmwareStatusNotification', /^status InstallationFailed becomes InstallVerificationFailed$/, UNKNOWN_DEFECT],
      ['SetMonitoringBase', /^status Accepted becomes NotSupported$/, 'a base need not be supported (N03.FR.02)'],
    ],
  ),
  ...entries(
    'station',
    ['1.6', '2.0.1'],
    [
      ['GetLog', any('filename', OTHER), `${FILE} (N01.FR.01)`],
      [
        'GetInstalledCertificateIds',
        /(Hash|serialNumber) is in the other case$/,
        'hexadecimal digits are the same in capital and small letters',
      ],
      ['Authorize', /Hash is in the other case$/, 'hexadecimal digits are the same in capital and small letters'],
      ['*', /(component|variable)\.(name|instance) is in the other case$/, IDENTIFIER],
      ['LogStatusNotification', /^is sent twice, under two ids$/, 'a status may be told again'],
      [
        'Heartbeat',
        /^(is sent twice, under two ids|goes back to what was before, and forth)$/,
        'it may be sent at any time',
      ],
      ['StatusNotification', /^timestamp is that of the one before$/, TOLERANCE],
      ['Authorize', /^(idTag|idToken\.idToken) is in the other case$/, IDENTIFIER],
    ],
  ),
  ...entries(
    'csms',
    ['1.6', '2.0.1'],
    [
      [
        '*',
        /(idTag|parentIdTag|idToken|Hash|serialNumber|(component|variable)\.(name|instance)) is in the other case$/,
        IDENTIFIER,
      ],
      [
        'BootNotification',
        any('interval', '(one more|one less|zero|a thousand times as much)'),
        'how often a station is to be heard of, the CSMS decides',
      ],
      ['Heartbeat', /^(currentTime is that of|is) the one before$/, TOLERANCE],
      ['BootNotification', /^currentTime is that of the one before$/, TOLERANCE],
      ['GetVariables', TWICE, READS],
      ['GetConfiguration', TWICE, READS],
      ['GetLocalListVersion', TWICE, READS],
      ['GetCompositeSchedule', TWICE, READS],
      ['GetInstalledCertificateIds', TWICE, READS],
      ['GetTransactionStatus', TWICE, READS],
      ['GetDiagnostics', TWICE, READS],
      ['DataTransfer', /^status UnknownVendorId becomes (Rejected|UnknownMessageId)$/, 'a refusal all the same'],
    ],
  ),
  ...entries('csms', ['1.6'], [['StopTransaction', /^(idTagInfo is gone|is empty)$/, 'the field is optional (6.50)']]),
  ...entries(
    'csms',
    ['2.0.1'],
    [
      ['*', /groupIdToken\.type \w+ becomes /, 'of what type a group is, its operator decides'],
      ['Get15118EVCertificate', any('exiResponse', OTHER), 'what is in it is for the vehicle'],
      ['TransactionEvent', any('totalCost', VALUE), 'what it costs, the CSMS decides'],
      ['SignCertificate', /^status Accepted becomes Rejected$/, 'it need not be able to (A02.FR.12)'],
      ['GetCertificateStatus', /^status Accepted becomes Failed$/, 'it need not be able to (M06.FR.04)'],
      ['Get15118EVCertificate', /^status Accepted becomes Failed$/, 'it need not be able to (M01)'],
      ['TransactionEvent', /^idTokenInfo.status ConcurrentTx becomes Accepted$/, 'a CSMS may allow it (C01)'],
      [
        'Authorize',
        /^idTokenInfo\.status Invalid becomes Unknown$/,
        'either says that it is not known (AuthorizationStatusEnumType)',
      ],
    ],
  ),
];

/** Why the mutant is no wrong; undefined where it is one. */
export const latitudeOf = (side: Role, version: OcppVersion, { action, what }: Mutant): string | undefined =>
  LATITUDE.find(
    (one) =>
      one.side === side &&
      one.versions.includes(version) &&
      (one.action === '*' || one.action === action) &&
      one.what.test(what),
  )?.why;
