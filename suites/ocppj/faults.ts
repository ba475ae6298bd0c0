/** Faults in answers that hold for both roles: they go by what is answered, not by who answers. */
import { ocppVersions } from '../../src/dialects/dialect.ts';
import { probeFor } from '../../src/dialects/probes.ts';
import type { Fault, Outgoing } from '../../src/judge/fault.ts';
import { encodeCallError, encodeCallResult } from '../../src/ocppj/encode.ts';

/** Actions that `Peer.probe` calls, whoever is the SUT. */
const probes: ReadonlySet<string> = new Set(
  ocppVersions.flatMap((version) => [probeFor(version, 'csms').action, probeFor(version, 'station').action]),
);

const rewriting = (name: string, says: string, change: (out: Outgoing) => string[] | undefined): Fault => ({
  name,
  says,
  rewrite: (out) => change(out)?.map((text) => ({ text })),
});

/** Every CALLERROR leaves as something else; an empty list is silence. */
const insteadOfErrors = (name: string, says: string, change: (out: Outgoing) => string[]): Fault =>
  rewriting(`errors:${name}`, says, (out) => (out.kind === 'callerror' ? change(out) : undefined));

/** A CALL that is to be refused is answered as if it had been done. */
export const servesWhatIsWrong = insteadOfErrors(
  'served',
  'a CALLRESULT leaves in place of each CALLERROR',
  ({ id }) => [encodeCallResult(id, {})],
);

/** A CALL that is to be refused is never answered. */
export const swallowsErrors = insteadOfErrors('swallowed', 'no CALLERROR ever leaves', () => []);

/** A CALLERROR has a code of the version that says something else. */
export const wrongCode = insteadOfErrors('SecurityError', 'each CALLERROR has the code SecurityError', ({ id }) => [
  encodeCallError(id, 'SecurityError'),
]);

/** A CALLERROR has a code that no version has. */
export const foreignCode = insteadOfErrors('no-such-code', 'each CALLERROR has a code of no version', ({ id }) => [
  encodeCallError(id, 'SomethingWentWrong'),
]);

/** A CALLERROR answers some other message. */
export const strangeId = insteadOfErrors('strange-id', 'each CALLERROR has an id of its own', ({ id }) => [
  encodeCallError(`re-${id}`.slice(0, 36), 'GenericError'),
]);

/** The answer to a probe leaves with another message id. */
export const probeIds = (name: string, says: string, change: (id: string) => string): Fault =>
  rewriting(`ids:${name}`, says, (out) => {
    if (!probes.has(out.action) || out.kind === 'call' || change(out.id) === out.id) return undefined;
    const id = change(out.id);
    return [out.kind === 'callresult' ? encodeCallResult(id, out.payload) : encodeCallError(id, 'GenericError')];
  });

/** A CALL that a probe makes is never answered where its id is one of these. */
export const probeSilence = (name: string, says: string, when: (id: string) => boolean): Fault =>
  rewriting(`silence:${name}`, says, (out) =>
    probes.has(out.action) && out.kind !== 'call' && when(out.id) ? [] : undefined,
  );

/** A probe is refused where its id is one of these. */
export const probeRefusal = (name: string, says: string, when: (id: string) => boolean): Fault =>
  rewriting(`refused:${name}`, says, (out) =>
    probes.has(out.action) && out.kind !== 'call' && when(out.id)
      ? [encodeCallError(out.id, 'GenericError')]
      : undefined,
  );

/** Something else leaves in place of each answer to a probe. */
export const probeAnswers = (name: string, says: string, change: (out: Outgoing) => string[]): Fault =>
  rewriting(`answers:${name}`, says, (out) =>
    probes.has(out.action) && out.kind === 'callresult' ? change(out) : undefined,
  );
