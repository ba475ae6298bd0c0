/** How the CSMS that a case plays answers CALLs of a station that no case answers itself: as a right one does. */
import type { OcppVersion } from '../dialects/dialect.ts';
import type { IncomingCall, Manners, Payload } from '../session.ts';

/** What the CSMS says of a token, in 2.x words. */
export interface TokenStanding {
  /** AuthorizationStatusEnumType. */
  readonly status: string;
  readonly groupId?: string;
  /** RFC 3339; after it the station asks again (2.x). */
  readonly cacheExpiry?: string;
  /** EVSEs at which it may charge; all of them where none is named (2.x). */
  readonly evseIds?: readonly number[];
}

/** What the answers need to know. */
export interface FrontDesk {
  /** RFC 3339, now. */
  now(): string;
  /** Seconds between heartbeats. */
  readonly interval: number;
  standing(idToken: string): TokenStanding;
  /** Number of a new transaction (1.6). */
  nextTransaction(): number;
}

type Answer = (asked: Payload, desk: FrontDesk) => Payload;

/** 1.6 has fewer words for a token that is not accepted. */
const WORDS_16 = new Set(['Accepted', 'Blocked', 'Expired', 'ConcurrentTx']);

function idTagInfo(idTag: unknown, desk: FrontDesk): Payload {
  const { status, groupId } = desk.standing(String(idTag));
  return {
    status: WORDS_16.has(status) ? status : 'Invalid',
    ...(groupId !== undefined && { parentIdTag: groupId }),
  };
}

function idTokenInfo(token: unknown, desk: FrontDesk): Payload {
  const { idToken, type } = (token ?? {}) as { idToken?: unknown; type?: unknown };
  if (type === 'NoAuthorization') return { status: 'Accepted' };
  const { status, groupId, cacheExpiry, evseIds } = desk.standing(String(idToken));
  return {
    status,
    ...(groupId !== undefined && { groupIdToken: { idToken: groupId, type: 'Central' } }),
    ...(cacheExpiry !== undefined && { cacheExpiryDateTime: cacheExpiry }),
    ...(evseIds !== undefined && { evseId: evseIds }),
  };
}

const nothing: Answer = () => ({});
const none = (...actions: readonly string[]): Record<string, Answer> =>
  Object.fromEntries(actions.map((action) => [action, nothing]));

const common: Readonly<Record<string, Answer>> = {
  BootNotification: (_asked, desk) => ({ currentTime: desk.now(), interval: desk.interval, status: 'Accepted' }),
  Heartbeat: (_asked, desk) => ({ currentTime: desk.now() }),
  DataTransfer: () => ({ status: 'UnknownVendorId' }),
  // Nobody signs certificates here.
  SignCertificate: () => ({ status: 'Rejected' }),
  ...none('StatusNotification', 'MeterValues', 'FirmwareStatusNotification', 'LogStatusNotification'),
  ...none('SecurityEventNotification'),
};

const v16: Readonly<Record<string, Answer>> = {
  ...common,
  Authorize: ({ idTag }, desk) => ({ idTagInfo: idTagInfo(idTag, desk) }),
  StartTransaction: ({ idTag }, desk) => ({
    transactionId: desk.nextTransaction(),
    idTagInfo: idTagInfo(idTag, desk),
  }),
  StopTransaction: ({ idTag }, desk) => (idTag === undefined ? {} : { idTagInfo: idTagInfo(idTag, desk) }),
  ...none('DiagnosticsStatusNotification', 'SignedFirmwareStatusNotification'),
};

const v2: Readonly<Record<string, Answer>> = {
  ...common,
  Authorize: ({ idToken }, desk) => ({ idTokenInfo: idTokenInfo(idToken, desk) }),
  TransactionEvent: ({ idToken }, desk) => (idToken === undefined ? {} : { idTokenInfo: idTokenInfo(idToken, desk) }),
  NotifyEVChargingNeeds: () => ({ status: 'Accepted' }),
  NotifyEVChargingSchedule: () => ({ status: 'Accepted' }),
  Get15118EVCertificate: () => ({ status: 'Failed', exiResponse: '' }),
  GetCertificateStatus: () => ({ status: 'Failed' }),
  ...none('NotifyReport', 'NotifyEvent', 'NotifyMonitoringReport', 'NotifyCustomerInformation'),
  ...none('NotifyDisplayMessages', 'NotifyChargingLimit', 'ClearedChargingLimit', 'ReportChargingProfiles'),
  ...none('ReservationStatusUpdate', 'PublishFirmwareStatusNotification'),
};

const answers: Readonly<Record<OcppVersion, Readonly<Record<string, Answer>>>> = { '1.6': v16, '2.0.1': v2, '2.1': v2 };

/** Answers by the table; what is not in it, this CSMS does not serve. */
export function csmsManners(version: OcppVersion, desk: FrontDesk): Manners {
  const known = answers[version];
  return (call: IncomingCall) => {
    const answer = Object.hasOwn(known, call.action) ? known[call.action] : undefined;
    if (answer) call.respond(answer(call.payload, desk));
    else call.refuse('NotImplemented', 'this CSMS has no such function');
  };
}
