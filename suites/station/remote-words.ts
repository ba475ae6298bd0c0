/** What the CSMS orders of a charger, in the words of each version: remote starts, stops, reservations, lists. */
import type { OcppVersion } from '../../src/dialects/dialect.ts';
import type { Context } from '../../src/judge/context.ts';
import type { Payload } from '../../src/session.ts';
import type { Token } from '../../src/sut/system-under-test.ts';

export interface Order {
  readonly action: string;
  readonly payload: Payload;
}

export interface Reservation {
  readonly id: number;
  readonly token: Token;
  readonly evseId: number;
  /** RFC 3339. */
  readonly expiresAt: string;
}

/** An entry of a local list; without a status it is struck from the list. */
export interface Listed {
  readonly token: Token;
  readonly status?: string;
}

interface RemoteWords {
  start(token: Token, evseId: number | undefined, remoteStartId: number): Order;
  stop(transactionId: unknown): Order;
  reserve(reservation: Reservation): Order;
  cancelReservation(id: number): Order;
  sendList(type: 'Full' | 'Differential', version: number, entries: readonly Listed[]): Order;
  /** Field of GetLocalListVersion's answer. */
  readonly listVersion: string;
  /** What a list of nobody has for a version. @param sent the version with which it came to be so */
  emptyVersion(sent: number): number;
}

const v16: RemoteWords = {
  start: ({ idToken }, evseId) => ({
    action: 'RemoteStartTransaction',
    payload: { idTag: idToken, ...(evseId !== undefined && { connectorId: evseId }) },
  }),
  stop: (transactionId) => ({ action: 'RemoteStopTransaction', payload: { transactionId } }),
  reserve: ({ id, token, evseId, expiresAt }) => ({
    action: 'ReserveNow',
    payload: {
      connectorId: evseId,
      expiryDate: expiresAt,
      idTag: token.idToken,
      reservationId: id,
      ...(token.groupId !== undefined && { parentIdTag: token.groupId }),
    },
  }),
  cancelReservation: (reservationId) => ({ action: 'CancelReservation', payload: { reservationId } }),
  sendList: (updateType, listVersion, entries) => ({
    action: 'SendLocalList',
    payload: {
      listVersion,
      updateType,
      ...(entries.length > 0 && {
        localAuthorizationList: entries.map(({ token, status }) => ({
          idTag: token.idToken,
          ...(status !== undefined && {
            idTagInfo: { status, ...(token.groupId !== undefined && { parentIdTag: token.groupId }) },
          }),
        })),
      }),
    },
  }),
  listVersion: 'listVersion',
  // Section 5.10.
  emptyVersion: () => 0,
};

const groupOf = (groupId: string) => ({ idToken: groupId, type: 'Central' });
const bare = ({ idToken, type }: Token) => ({ idToken, type });

const v2: RemoteWords = {
  start: (token, evseId, remoteStartId) => ({
    action: 'RequestStartTransaction',
    payload: { idToken: bare(token), remoteStartId, ...(evseId !== undefined && { evseId }) },
  }),
  stop: (transactionId) => ({ action: 'RequestStopTransaction', payload: { transactionId } }),
  reserve: ({ id, token, evseId, expiresAt }) => ({
    action: 'ReserveNow',
    payload: {
      id,
      expiryDateTime: expiresAt,
      idToken: bare(token),
      evseId,
      ...(token.groupId !== undefined && { groupIdToken: groupOf(token.groupId) }),
    },
  }),
  cancelReservation: (reservationId) => ({ action: 'CancelReservation', payload: { reservationId } }),
  sendList: (updateType, versionNumber, entries) => ({
    action: 'SendLocalList',
    payload: {
      versionNumber,
      updateType,
      ...(entries.length > 0 && {
        localAuthorizationList: entries.map(({ token, status }) => ({
          idToken: bare(token),
          ...(status !== undefined && {
            idTokenInfo: { status, ...(token.groupId !== undefined && { groupIdToken: groupOf(token.groupId) }) },
          }),
        })),
      }),
    },
  }),
  listVersion: 'versionNumber',
  emptyVersion: (sent) => sent,
};

export const remoteWords: Readonly<Record<OcppVersion, RemoteWords>> = { '1.6': v16, '2.0.1': v2, '2.1': v2 };

/** A remote start with a number of its own. */
export const remoteStart = (
  { dialect, random }: Pick<Context, 'dialect' | 'random'>,
  token: Token,
  evseId?: number,
): Order => remoteWords[dialect.version].start(token, evseId, 1 + Math.floor(random() * 1_000_000));
