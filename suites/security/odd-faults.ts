/** Faults in answers to CALLs that are odd and no more: they go by what was asked, and hold for both roles. */
import { hasOddValue } from '../../src/csms/odd-values.ts';
import { behaviour, type Fault, type Outgoing } from '../../src/judge/fault.ts';
import { encodeCallError } from '../../src/ocppj/encode.ts';

const asked = ({ request }: Outgoing): string => JSON.stringify(request ?? null);
const isAnswerTo = (out: Outgoing, what: RegExp): boolean => out.kind !== 'call' && what.test(asked(out));

/** What is odd is never answered. */
export const dropsOdd: Fault = {
  name: 'odd:dropped',
  says: 'a CALL with a value that nobody needs is never answered',
  rewrite: (out) => (out.kind !== 'call' && hasOddValue(asked(out)) ? [] : undefined),
};

/** What is odd ends the service. */
export const diesOfOdd = behaviour(
  'dies-on-odd-values',
  'a CALL with a value that nobody needs ends the service for everybody',
);

/** What matches is refused. */
export const refusesOdd = (name: string, what: RegExp): Fault => ({
  name: `odd:refused:${name.replaceAll(' ', '-')}`,
  says: `a CALL with ${name} in it is refused`,
  rewrite: (out) =>
    isAnswerTo(out, what) ? [{ text: encodeCallError(out.id, 'PropertyConstraintViolation', 'not that') }] : undefined,
});

/** A text is run as a command. */
export const runsTexts: Fault = {
  name: 'odd:run',
  says: 'a text that tells a shell or a database to sleep is done so',
  rewrite: (out) => (isAnswerTo(out, /sleep/i) ? [{ text: out.text, afterMs: 3_000 }] : undefined),
};

/** A text is worked out as a template, and what came of it told. @param result what is told */
export const worksTextsOut = (what: RegExp, result: string): Fault => ({
  name: 'odd:worked-out',
  says: 'a text with a sum in braces is worked out',
  rewrite: (out) =>
    isAnswerTo(out, what) ? [{ text: encodeCallError(out.id, 'GenericError', `unknown: ${result}`) }] : undefined,
});

/** A failure is told as it came out of the database. */
export const tellsTheDatabase: Fault = {
  name: 'odd:database',
  says: 'a text with a quote in it brings out what the database says',
  rewrite: (out) =>
    isAnswerTo(out, /'/)
      ? [{ text: encodeCallError(out.id, 'InternalError', 'SQLSTATE[42601]: syntax error at or near "x"') }]
      : undefined,
};
