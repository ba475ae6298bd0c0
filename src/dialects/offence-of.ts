/** Which class of offence a broken schema keyword is: what both models go by when they choose a CALLERROR code. */
import type { Offence } from './dialect.ts';

const OFFENCES: Readonly<Record<string, Offence>> = {
  required: 'missingField',
  minItems: 'missingField',
  additionalProperties: 'extraField',
  type: 'wrongType',
  maxLength: 'tooLong',
};

/** @param violation Ajv keyword, and JSON pointer into the payload */
export const offenceOf = ({ keyword, path }: { readonly keyword: string; readonly path: string }): Offence =>
  keyword === 'type' && path === '' ? 'payloadNoObject' : (OFFENCES[keyword] ?? 'badValue');
