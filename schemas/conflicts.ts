/** Places where text and schema, or paper and practice, are known to part: each explains a refusal of the schema. */
import type { OcppVersion } from '../src/dialects/dialect.ts';
import { valueAt } from './pointer.ts';
import { isIso8601 } from './prose/time.ts';
import type { MessageName, Violation } from './types.ts';

interface Conflict {
  readonly versions: readonly OcppVersion[];
  /** Keyword of the schema that refuses. */
  readonly keyword: string;
  /** Message names; absent where any may be. */
  readonly messages?: readonly string[];
  /** Pattern of the pointer to the refused value. */
  readonly at: RegExp;
  /** Looks at the refused value, or at what Ajv says of it where a member is missing or too many. */
  readonly when: (value: unknown, violation: Violation, parent: unknown) => boolean;
  /**
   * `excuses`: the text allows what the schema refuses, so it is no failure by itself.
   * `explains`: it is a failure, and this is how people come to it.
   */
  readonly effect: 'excuses' | 'explains';
  readonly says: string;
}

const isText = (value: unknown): value is string => typeof value === 'string';
const member = (value: unknown, name: string): unknown => valueAt(value, `/${name}`);

const EDITION_1 =
  'edition 1 of the security whitepaper had it so; edition 2 renamed it, and the schemas in force follow edition 2';
const names =
  (...members: readonly string[]) =>
  (_: unknown, violation: Violation): boolean =>
    members.some((name) => violation.message.includes(`"${name}"`));

const conflicts: readonly Conflict[] = [
  {
    versions: ['1.6'],
    keyword: 'format',
    at: /./,
    when: (value) => isText(value) && isIso8601(value),
    effect: 'excuses',
    says: '1.6 section 3.15 asks for ISO 8601 alone, which knows shorter forms and times without an offset',
  },
  {
    versions: ['1.6'],
    keyword: 'enum',
    at: /\/unit$/,
    when: (value) => value === 'Celsius' || value === 'Celcius',
    effect: 'excuses',
    says: '1.6-J errata 2.1: the schema of 2019 misspelt Celsius, and both spellings are in use since',
  },
  {
    versions: ['1.6'],
    keyword: 'enum',
    at: /\/unit$/,
    when: (value, _, parent) => value === 'Hertz' && member(parent, 'measurand') === 'Frequency',
    effect: 'excuses',
    says: '1.6 errata 3.86 gives Hertz as the unit of Frequency, the schema has no such unit',
  },
  {
    versions: ['2.0.1'],
    keyword: 'maxLength',
    messages: ['Get15118EVCertificateResponse'],
    at: /^\/exiResponse$/,
    when: isText,
    effect: 'excuses',
    says: 'the field table of Get15118EVCertificateResponse lets a station take more, by OCPPCommCtrlr.FieldLength',
  },
  {
    versions: ['1.6'],
    keyword: 'maxLength',
    messages: ['GetConfigurationResponse', 'ChangeConfigurationRequest'],
    at: /\/value$/,
    when: isText,
    effect: 'explains',
    says: 'values above CiString500 are common in the field',
  },
  {
    versions: ['1.6'],
    keyword: 'required',
    messages: ['CertificateSignedRequest'],
    at: /^$/,
    when: names('certificateChain'),
    effect: 'explains',
    says: `it was an array "cert" once: ${EDITION_1}`,
  },
  {
    versions: ['1.6'],
    keyword: 'additionalProperties',
    messages: ['CertificateSignedRequest'],
    at: /^$/,
    when: names('cert'),
    effect: 'explains',
    says: `it is "certificateChain", a string, now: ${EDITION_1}`,
  },
  {
    versions: ['1.6'],
    keyword: 'required',
    messages: ['GetInstalledCertificateIdsRequest', 'InstallCertificateRequest'],
    at: /^$/,
    when: names('certificateType'),
    effect: 'explains',
    says: `it was "typeOfCertificate" once: ${EDITION_1}`,
  },
  {
    versions: ['1.6'],
    keyword: 'additionalProperties',
    messages: ['GetInstalledCertificateIdsRequest', 'InstallCertificateRequest'],
    at: /^$/,
    when: names('typeOfCertificate'),
    effect: 'explains',
    says: `it is "certificateType" now: ${EDITION_1}`,
  },
  {
    versions: ['1.6'],
    keyword: 'enum',
    messages: ['SignedFirmwareStatusNotificationRequest'],
    at: /^\/status$/,
    when: (value) => ['InvalidCertificate', 'RevokedCertificate', 'CertificateVerified'].includes(String(value)),
    effect: 'explains',
    says: `the answer to SignedUpdateFirmware tells it now: ${EDITION_1}`,
  },
];

/** The same violations, those that a known conflict is behind with its note or its explanation. */
export function withNotes(
  version: OcppVersion,
  message: MessageName,
  payload: unknown,
  violations: readonly Violation[],
): Violation[] {
  return violations.map((violation) => {
    const parent = valueAt(payload, violation.path.replace(/\/[^/]*$/, ''));
    const known = conflicts.find(
      ({ versions, keyword, messages, at, when }) =>
        versions.includes(version) &&
        keyword === violation.keyword &&
        (messages?.includes(message.name) ?? true) &&
        at.test(violation.path) &&
        when(valueAt(payload, violation.path), violation, parent),
    );
    if (known === undefined) return violation;
    return known.effect === 'excuses'
      ? { ...violation, note: known.says }
      : { ...violation, message: `${violation.message} (${known.says})` };
  });
}
