/** Prose rules over primitive data types: times, integers, decimals, identifiers, hexadecimal. */
import { show } from '../pointer.ts';
import { identifierStrings } from './identifiers.ts';
import { number, type Place, type Rule, text } from './rule.ts';
import { isFinerThanMilliseconds, isIso8601, isRfc3339 } from './time.ts';

const isTime = ({ node }: Place): boolean => node.format === 'date-time';

const INT32_MAX = 2 ** 31 - 1;
const INT32_MIN = -(2 ** 31);

/** a-z, A-Z, 0-9 and * - _ = : + | @ . */
const IDENTIFIER = /^[a-zA-Z0-9*\-_=:+|@.]*$/;

/** Decimal places of a number as JSON writes it; a number too small for plain notation has more than any limit. */
function places(value: number): number {
  if (Number.isInteger(value)) return 0;
  const written = String(value);
  const [mantissa = '', exponent = '0'] = written.split('e');
  return Math.max(0, (mantissa.split('.')[1]?.length ?? 0) - Number(exponent));
}

const atMostPlaces =
  (limit: number) =>
  (value: number): string | undefined =>
    places(value) > limit
      ? `is ${value}, which has more than ${limit} decimal ${limit === 1 ? 'place' : 'places'}`
      : undefined;

const round =
  (limit: number) =>
  (value: unknown): unknown =>
    Number(Number(value).toFixed(limit));

const hexadecimal = /^([0-9a-f]{2})*$/i;
const SERIAL = /^(0|[1-9a-f][0-9a-f]*)$/i;

export const datatypes: readonly Rule[] = [
  {
    name: 'rfc3339',
    versions: ['2.0.1', '2.1'],
    ref: 'Part 2, 3.1',
    on: isTime,
    check: text((value) => (isRfc3339(value) ? undefined : `is ${show(value)}, which is no date-time of RFC 3339`)),
  },
  {
    name: 'fraction',
    versions: ['2.0.1', '2.1'],
    ref: 'Part 2, 3.1',
    on: isTime,
    check: text((value) =>
      isFinerThanMilliseconds(value) ? `is ${show(value)}, which has more than 3 decimals of a second` : undefined,
    ),
  },
  {
    name: 'iso8601',
    versions: ['1.6'],
    ref: '3.15',
    on: isTime,
    // What RFC 3339 allows, ISO 8601 allows; asking for that first is much cheaper.
    check: text((value) =>
      isRfc3339(value) || isIso8601(value) ? undefined : `is ${show(value)}, which is no date-time of ISO 8601`,
    ),
  },
  {
    name: 'int32',
    versions: ['2.0.1', '2.1'],
    ref: 'Part 2, 2.1.4',
    on: ({ node }) => node.type === 'integer',
    check: number((value) =>
      value > INT32_MAX || value < INT32_MIN ? `is ${value}, which does not fit into 32 bits` : undefined,
    ),
  },
  {
    // The limit holds for what is sent to the station alone; a station reports with the resolution that it has.
    name: 'decimal',
    versions: ['2.0.1', '2.1'],
    ref: 'Part 2, 2.1.4',
    on: ({ node, toStation }) => toStation && node.type === 'number',
    check: number(atMostPlaces(6)),
    mend: round(6),
  },
  {
    // 1.6 says the same, and its schema says it too.
    name: 'one-decimal',
    versions: ['2.0.1'],
    ref: 'ChargingSchedulePeriodType.limit, ChargingScheduleType.minChargingRate',
    on: ['ChargingSchedulePeriodType.limit', 'ChargingScheduleType.minChargingRate'],
    check: number(atMostPlaces(1)),
    mend: round(1),
  },
  {
    name: 'identifier-string',
    versions: ['2.0.1', '2.1'],
    ref: 'Part 2, 2.1.4',
    on: identifierStrings,
    check: text((value) =>
      IDENTIFIER.test(value)
        ? undefined
        : `is ${show(value)}, which has characters that an identifierString can't have`,
    ),
  },
  {
    name: 'serial-number',
    versions: ['1.6', '2.0.1', '2.1'],
    ref: 'CertificateHashDataType.serialNumber',
    on: ['CertificateHashDataType.serialNumber', 'OCSPRequestDataType.serialNumber'],
    check: text((value) =>
      SERIAL.test(value) ? undefined : `is ${show(value)}, which is no hexadecimal number without leading zeroes`,
    ),
    mend: () => '1a2b3c',
  },
  {
    name: 'hex-binary',
    versions: ['1.6'],
    ref: 'Security whitepaper, 6.1 CertificateHashDataType',
    on: ['CertificateHashDataType.issuerNameHash', 'CertificateHashDataType.issuerKeyHash'],
    check: text((value) =>
      hexadecimal.test(value) ? undefined : `is ${show(value)}, which is no row of hexadecimal bytes`,
    ),
    mend: () => '0a1b2c',
  },
  {
    name: 'md5',
    versions: ['2.0.1', '2.1'],
    ref: 'PublishFirmwareRequest.checksum, UnpublishFirmwareRequest.checksum',
    on: ['PublishFirmwareRequest.checksum', 'UnpublishFirmwareRequest.checksum'],
    check: text((value) =>
      /^[0-9a-f]{32}$/i.test(value) ? undefined : `is ${show(value)}, which is no MD5 in 32 hexadecimal digits`,
    ),
    mend: () => 'd41d8cd98f00b204e9800998ecf8427e',
  },
  {
    name: 'time-of-day',
    versions: ['2.1'],
    ref: 'TariffConditionsType.startTimeOfDay',
    on: [
      'TariffConditionsType.startTimeOfDay',
      'TariffConditionsType.endTimeOfDay',
      'TariffConditionsFixedType.startTimeOfDay',
      'TariffConditionsFixedType.endTimeOfDay',
    ],
    check: text((value) =>
      /^([01]\d|2[0-3]):[0-5]\d$/.test(value) ? undefined : `is ${show(value)}, which is no time of day such as 08:00`,
    ),
    mend: () => '08:00',
  },
  {
    name: 'full-date',
    versions: ['2.1'],
    ref: 'TariffConditionsType.validFromDate',
    on: [
      'TariffConditionsType.validFromDate',
      'TariffConditionsType.validToDate',
      'TariffConditionsFixedType.validFromDate',
      'TariffConditionsFixedType.validToDate',
    ],
    check: text((value) =>
      /^[12]\d{3}-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])$/.test(value)
        ? undefined
        : `is ${show(value)}, which is no date such as 2025-12-24`,
    ),
    mend: () => '2025-12-24',
  },
];
