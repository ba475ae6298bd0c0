/** What a handler of the reference CSMS is: the payload of a CALL in, that of its CALLRESULT out. */
import type { Payload } from '../session.ts';
import type { CsmsPolicy } from './policy.ts';
import type { KnownStation, Store } from './store.ts';

export interface Desk {
  readonly station: KnownStation;
  readonly store: Store;
  readonly policy: CsmsPolicy;
  /** RFC 3339, now. */
  now(): string;
  /** Seconds between heartbeats. */
  readonly interval: number;
  /** Sends the station a CALL on the CSMS's own account, after the answer that is being made. */
  tell(action: string, payload: Payload): void;
}

export type Handler = (asked: Payload, desk: Desk) => Payload;
export type Handlers = Readonly<Record<string, Handler>>;

/** Thrown by a handler whose answer is a CALLERROR. */
export class Refused extends Error {
  override readonly name = 'Refused';
  readonly code: string;

  constructor(code: string, says: string) {
    super(says);
    this.code = code;
  }
}

/** Authorization of a token, in 2.x words. */
export function authorize(
  idToken: string,
  desk: Desk,
  options: { concurrent?: boolean } = {},
): { status: string; groupId?: string } {
  const { policy, store } = desk;
  const found = store.token(idToken);
  const known = policy.tellsCasesApart && found?.idToken !== idToken ? undefined : found;
  const group = groupOf(idToken, known?.groupId, policy);
  if (policy.failsAtQuotes && idToken.includes("'")) throw new Refused('InternalError', 'syntax error');
  if (policy.acceptsAnyToken || (policy.runsQuotes && idToken.includes("'"))) return { status: 'Accepted', ...group };
  if (known === undefined) {
    if (policy.learnsTokens) store.putToken({ idToken, type: 'Central', status: 'Accepted' });
    return { status: 'Invalid', ...group };
  }
  if (known.status === 'Accepted' && options.concurrent && !desk.policy.ignoresConcurrentTx) {
    return { status: 'ConcurrentTx', ...group };
  }
  return { status: known.status, ...group };
}

/** The group that an answer tells. */
function groupOf(idToken: string, groupId: string | undefined, policy: CsmsPolicy): { groupId?: string } {
  if (policy.oneGroupForAll) return { groupId: 'EVERYBODY' };
  if (groupId === undefined || policy.hidesGroups) return {};
  return { groupId: policy.groupsOfOne ? idToken : groupId };
}

export const boot: Handler = (_asked, desk) => {
  const { station, policy } = desk;
  station.booted = policy.acceptsOneBoot && station.booted === 'Accepted' ? 'Pending' : station.registration;
  return { currentTime: desk.now(), interval: desk.interval, status: station.booted };
};

export const heartbeat: Handler = (_asked, desk) => ({ currentTime: desk.now() });
export const acknowledge: Handler = () => ({});

/** The one vendor whose DataTransfer the reference understands: it echoes. */
export const ECHO_VENDOR = 'org.plugproof';
const ECHO_MESSAGE = 'echo';

export const dataTransfer: Handler = (asked, { policy }) => {
  if (policy.acceptsAnyVendor) return { status: 'Accepted' };
  if (asked['vendorId'] !== ECHO_VENDOR) return { status: 'UnknownVendorId' };
  if (asked['messageId'] !== undefined && asked['messageId'] !== ECHO_MESSAGE) return { status: 'UnknownMessageId' };
  return { status: 'Accepted', ...(asked['data'] !== undefined && { data: asked['data'] }) };
};
