/** What a version lets a SUT say of a message that is no CALL: codes and message ids. */
import type { CodeChoice, OcppVersion } from '../../src/dialects/dialect.ts';

const v2: CodeChoice = {
  preferred: 'MessageTypeNotSupported',
  accepted: ['RpcFrameworkError', 'FormatViolation', 'ProtocolError', 'GenericError', 'NotSupported', 'NotImplemented'],
};

/**
 * Codes for a message type that the version does not have, where there is an answer at all. The texts contradict each other: the
 * payload is ignored (Part 4, 4.1.3), and 2.0.1 wants a CALLERROR nevertheless (4.4). 2.1 took that sentence out and left the code.
 */
export const unknownTypeCodes: Readonly<Record<OcppVersion, CodeChoice>> = {
  '1.6': {
    preferred: 'NotSupported',
    accepted: ['FormationViolation', 'ProtocolError', 'GenericError', 'NotImplemented', 'InternalError'],
  },
  '2.0.1': v2,
  '2.1': v2,
};

/** Message id of a CALLERROR for a message whose id can't be read (2.x Part 4, 4.2.3); 1.6 fixes none. */
export const UNREADABLE_ID = '-1';

/** Whether the version fixes the id of such a CALLERROR. */
export const fixesUnreadableId: Readonly<Record<OcppVersion, boolean>> = { '1.6': false, '2.0.1': true, '2.1': true };
