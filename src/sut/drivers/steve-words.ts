/** What SteVe's REST API calls the fields of OCPP 1.6, operation by operation. */

type Payload = Readonly<Record<string, unknown>>;

export interface SteveOperation {
  /** Field of the payload → field of the request. A field that stands in neither map can't be asked for. */
  readonly fields: Readonly<Record<string, string>>;
  /** Fields of the request that are not taken over one by one. @returns undefined where it can't be asked for */
  readonly more?: (payload: Payload) => Payload | undefined;
  /** Fields of the payload that `more` reads. */
  readonly reads?: readonly string[];
  /** Fields of the CALL that SteVe sets itself. */
  readonly chooses?: readonly string[];
}

/** Keys are free text for SteVe where they are "custom"; whether it knows them as its own does not matter then. */
const customKey = ({ key }: Payload): Payload => ({ keyType: 'CUSTOM', customConfKey: key });

function customKeys({ key }: Payload): Payload | undefined {
  if (!Array.isArray(key) || key.length === 0) return {};
  return key.some((one) => String(one).includes(',')) ? undefined : { commaSeparatedCustomConfKeys: key.join(',') };
}

/** SteVe takes the tags by name and fills in what it knows of them. */
function localList({ updateType, localAuthorizationList }: Payload): Payload {
  const entries = (Array.isArray(localAuthorizationList) ? localAuthorizationList : []) as readonly {
    idTag?: unknown;
    idTagInfo?: unknown;
  }[];
  const added = entries.filter(({ idTagInfo }) => idTagInfo !== undefined).map(({ idTag }) => idTag);
  const deleted = entries.filter(({ idTagInfo }) => idTagInfo === undefined).map(({ idTag }) => idTag);
  return {
    sendEmptyListWhenFull: updateType === 'Full' && entries.length === 0,
    ...(added.length > 0 && { addUpdateList: added }),
    ...(deleted.length > 0 && { deleteList: deleted }),
  };
}

function log({ log: wanted }: Payload): Payload | undefined {
  const { remoteLocation, oldestTimestamp, latestTimestamp } = (wanted ?? {}) as Payload;
  return oldestTimestamp === undefined && latestTimestamp === undefined ? { location: remoteLocation } : undefined;
}

export const steveOperations: Readonly<Record<string, SteveOperation>> = {
  Reset: { fields: { type: 'resetType' } },
  RemoteStartTransaction: { fields: { idTag: 'idTag', connectorId: 'connectorId' } },
  RemoteStopTransaction: { fields: { transactionId: 'transactionId' } },
  UnlockConnector: { fields: { connectorId: 'connectorId' } },
  ChangeAvailability: { fields: { connectorId: 'connectorId', type: 'availType' } },
  ChangeConfiguration: { fields: { value: 'value' }, reads: ['key'], more: customKey },
  GetConfiguration: { fields: {}, reads: ['key'], more: customKeys },
  ClearCache: { fields: {} },
  GetLocalListVersion: { fields: {} },
  TriggerMessage: { fields: { requestedMessage: 'triggerMessage', connectorId: 'connectorId' } },
  ExtendedTriggerMessage: { fields: { requestedMessage: 'triggerMessage', connectorId: 'connectorId' } },
  GetDiagnostics: {
    fields: {
      location: 'location',
      retries: 'retries',
      retryInterval: 'retryInterval',
      startTime: 'start',
      stopTime: 'stop',
    },
  },
  GetLog: { fields: { logType: 'logType' }, reads: ['log', 'requestId'], more: log, chooses: ['requestId'] },
  UpdateFirmware: { fields: { location: 'location', retrieveDate: 'retrieveDateTime' } },
  SendLocalList: {
    fields: { listVersion: 'listVersion', updateType: 'updateType' },
    reads: ['localAuthorizationList'],
    more: localList,
    chooses: ['localAuthorizationList'],
  },
  ReserveNow: {
    fields: { connectorId: 'connectorId', expiryDate: 'expiry', idTag: 'idTag' },
    reads: ['reservationId', 'parentIdTag'],
    chooses: ['reservationId', 'parentIdTag'],
  },
  CancelReservation: { fields: { reservationId: 'reservationId' } },
  ClearChargingProfile: {
    fields: { connectorId: 'connectorId', chargingProfilePurpose: 'chargingProfilePurpose', stackLevel: 'stackLevel' },
    more: () => ({ filterType: 'OtherParameters' }),
  },
  GetCompositeSchedule: {
    fields: { connectorId: 'connectorId', duration: 'durationInSeconds', chargingRateUnit: 'chargingRateUnit' },
  },
  DataTransfer: { fields: { vendorId: 'vendorId', messageId: 'messageId', data: 'data' } },
};

/** The request for a payload, or the fields of it that SteVe has no word for. */
export function steveRequest(
  operation: SteveOperation,
  payload: Payload,
): { readonly body: Payload } | { readonly lost: readonly string[] } {
  const { fields, reads = [], more } = operation;
  const lost = Object.keys(payload).filter((field) => !Object.hasOwn(fields, field) && !reads.includes(field));
  const rest = lost.length > 0 ? undefined : (more?.(payload) ?? (more === undefined ? {} : undefined));
  if (rest === undefined) return { lost: lost.length > 0 ? lost : reads };
  const taken = Object.entries(fields).flatMap(([field, name]) =>
    payload[field] === undefined ? [] : [[name, payload[field]] as const],
  );
  return { body: { ...Object.fromEntries(taken), ...rest } };
}
