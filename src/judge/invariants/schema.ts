/** Invariant: every payload is what the official schema, and the prose over it, say. */
import type { PayloadKind, Violation } from '../../../schemas/types.ts';
import { isFrame, type TracedFrame, type TraceEvent } from '../../trace.ts';
import { at } from '../path.ts';
import type { Breach, Facts, Invariant } from './invariant.ts';

/** Which schema a frame has to fit; undefined where another invariant speaks (no payload, no such action). */
function target(event: TracedFrame, facts: Facts): { action: string; kind: PayloadKind; payload: unknown } | undefined {
  const { frame } = event;
  const kind =
    frame.kind === 'callresult' ? 'callresult' : frame.kind === 'call' || frame.kind === 'send' ? 'call' : undefined;
  if (kind === undefined || event.action === undefined || !('payload' in frame)) return undefined;
  if (!facts.schemas.has(facts.dialect.version, event.action, kind)) return undefined;
  return { action: event.action, kind, payload: frame.payload };
}

function breach(event: TracedFrame, violation: Violation): Breach {
  const where = violation.path === '' ? '' : `${violation.path}: `;
  return {
    blame: event.origin,
    // A place where text and schema are known to disagree is told, and breaks nothing.
    level: violation.note === undefined ? 'SHALL' : 'SHOULD',
    message: `${event.action}: ${where}${violation.message}${violation.note === undefined ? '' : ` (${violation.note})`}`,
    frame: event.n,
    path: violation.path,
  };
}

/** What was odd on purpose in the CALL that is answered, or, where it is a CALL of its own, in all that came before. */
const oddities = (events: readonly TraceEvent[], { n, answers }: TracedFrame): readonly TracedFrame[] =>
  events
    .filter(isFrame)
    .filter((event) => event.deliberate && (answers === undefined ? event.n < n : event.n === answers));

/** True where the SUT gives back what was odd on purpose: it can not be told in other words. */
function isEcho({ path }: Violation, payload: unknown, odd: readonly TracedFrame[]): boolean {
  const value = at(payload, path.replaceAll('/', '.'));
  const text = typeof value === 'object' ? undefined : JSON.stringify(value);
  return text !== undefined && odd.some((asked) => asked.text.includes(text));
}

const ofLayer = (id: string, says: string, layer: Violation['layer']): Invariant => ({
  id,
  says,
  check: (events, facts) =>
    events.filter(isFrame).flatMap((event) => {
      const fits = event.deliberate ? undefined : target(event, facts);
      if (fits === undefined) return [];
      return facts.schemas
        .validate(facts.dialect.version, fits.action, fits.kind, fits.payload, event.text)
        .filter((violation) => violation.layer === layer)
        .filter((violation) => layer === 'schema' || !isEcho(violation, fits.payload, oddities(events, event)))
        .map((violation) => breach(event, violation));
    }),
});

export const schemaInvariants: readonly Invariant[] = [
  ofLayer('schema-valid', 'every payload is valid by the official schema', 'schema'),
  ofLayer('datatypes', 'every payload keeps the data type rules that stand in the text alone', 'prose'),
];
