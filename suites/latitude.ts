/** Small wrongs that are none: what a right system may send as well, with the reason, so that the score counts what is wrong. */
import type { OcppVersion, Role } from '../src/dialects/index.ts';
import type { Mutant } from './mutants.ts';

interface Latitude {
  readonly side: Role;
  readonly version: OcppVersion;
  readonly action: string;
  /** What is done to the frame. */
  readonly what: RegExp;
  /** Why nobody can call it wrong. */
  readonly why: string;
}

const station16 = (action: string, what: RegExp, why: string): Latitude => ({
  side: 'station',
  version: '1.6',
  action,
  what,
  why,
});

const station2 = (action: string, what: RegExp, why: string): Latitude => ({
  side: 'station',
  version: '2.0.1',
  action,
  what,
  why,
});

/** A text is another one. */
const OTHER_TEXT = '(another|cut short|in the other case|one more|negative|a thousand times as much)';

const LATITUDE: readonly Latitude[] = [
  station2(
    'BootNotification',
    new RegExp(`^chargingStation\\.(vendorName|model|serialNumber|firmwareVersion) is ${OTHER_TEXT}$`),
    'who a station is, it alone knows',
  ),
  station2(
    'BootNotification',
    /^chargingStation\.(serialNumber|firmwareVersion) is (gone|empty)$/,
    'the field is optional (ChargingStationType)',
  ),
  station2(
    'BootNotification',
    /^reason PowerUp becomes Unknown$/,
    'it need not know why it starts (BootReasonEnumType)',
  ),
  station16(
    'BootNotification',
    new RegExp(`^(chargePointVendor|chargePointModel|chargePointSerialNumber|firmwareVersion) is ${OTHER_TEXT}$`),
    'who a station is, it alone knows',
  ),
  station16(
    'BootNotification',
    /^(chargePointSerialNumber|firmwareVersion) is (gone|empty)$/,
    'the field is optional (section 6.3)',
  ),
  station16('StatusNotification', /^timestamp is gone$/, 'the field is optional: the time of receipt counts (6.47)'),
  station16('StatusNotification', /^info is /, 'free text (6.47)'),
  station16('StatusNotification', /^errorCode GroundFailure becomes /, 'what is broken, the station alone knows (7.6)'),
  station16(
    'GetConfiguration',
    /^configurationKey\.\d+ is gone$/,
    'a key of the security extension or of the vendor, which no station has to have',
  ),
  station16('GetConfiguration', /^configurationKey\.\d+\.value is empty$/, 'a list can be empty (3.16.5)'),
  station16('MeterValues', /\.unit is gone$/, 'the field is optional (7.43)'),
  station16('DataTransfer', /^status UnknownVendorId becomes (Rejected|UnknownMessageId)$/, 'a refusal all the same'),
  station16('StopTransaction', /^meterStop is one more$/, 'a watt-hour flows between two readings'),
  station16(
    'StopTransaction',
    /^transactionData\.\d+ is gone$/,
    'the first value and the last are recommended (errata 3.14), and those between may be dropped (errata 3.91)',
  ),
  station16(
    'StopTransaction',
    /^transactionData\.\d+\.sampledValue\.\d+\.(context|measurand|unit) is gone$/,
    'the fields are optional, and what they mean where they are missing is allowed there (7.43)',
  ),
  station16('GetDiagnostics', /^fileName is another$/, 'how it calls its file, the station alone knows (5.9)'),
  station16('GetLog', /^filename is another$/, 'how it calls its file, the station alone knows (W N01.FR.01)'),
];

/** Why the mutant is no wrong; undefined where it is one. */
export const latitudeOf = (side: Role, version: OcppVersion, { action, what }: Mutant): string | undefined =>
  LATITUDE.find((one) => one.side === side && one.version === version && one.action === action && one.what.test(what))
    ?.why;
