/** What 2.0.1 and 2.1 say where 1.6 says something else. */
import { handlers2 } from './commands.v2.ts';
import { defaultOf2 } from './device-model.ts';
import { send } from './outbox.ts';
import type { Protocol } from './protocol.ts';
import {
  collectAligned2,
  happened2,
  meterValue2,
  rateChanged2,
  reportStatus2,
  sendAligned2,
} from './transactions.v2.ts';
import type { Payload } from './types.ts';

export const protocol2: Protocol = {
  keys: {
    messageTimeout: 'OCPPCommCtrlr.MessageTimeout.Default',
    messageAttempts: 'OCPPCommCtrlr.MessageAttempts.TransactionEvent',
    messageRetryInterval: 'OCPPCommCtrlr.MessageAttemptInterval.TransactionEvent',
    backOffMinimum: 'OCPPCommCtrlr.RetryBackOffWaitMinimum',
    backOffRandom: 'OCPPCommCtrlr.RetryBackOffRandomRange',
    backOffRepeats: 'OCPPCommCtrlr.RetryBackOffRepeatTimes',
    heartbeatInterval: 'OCPPCommCtrlr.HeartbeatInterval',
    connectionTimeOut: 'TxCtrlr.EVConnectionTimeOut',
    authorizeRemoteStart: 'AuthCtrlr.AuthorizeRemoteStart',
    localPreAuthorize: 'AuthCtrlr.LocalPreAuthorize',
    localAuthorizeOffline: 'AuthCtrlr.LocalAuthorizeOffline',
    offlineUnknown: 'AuthCtrlr.OfflineTxForUnknownIdEnabled',
    cacheEnabled: 'AuthCacheCtrlr.Enabled',
    listEnabled: 'LocalAuthListCtrlr.Enabled',
    stopOnInvalidId: 'TxCtrlr.StopTxOnInvalidId',
    energyOnInvalidId: 'TxCtrlr.MaxEnergyOnInvalidId',
    stopOnEvSideDisconnect: 'TxCtrlr.StopTxOnEVSideDisconnect',
    alignedInterval: 'AlignedDataCtrlr.Interval',
    alignedMeasurands: 'AlignedDataCtrlr.Measurands',
    sampleInterval: 'SampledDataCtrlr.TxUpdatedInterval',
    sampleMeasurands: 'SampledDataCtrlr.TxUpdatedMeasurands',
    password: 'SecurityCtrlr.BasicAuthPassword',
    securityProfile: 'SecurityCtrlr.SecurityProfile',
    organization: 'SecurityCtrlr.OrganizationName',
    additionalRootCheck: 'SecurityCtrlr.AdditionalRootCertificateCheck',
    maxChain: 'SecurityCtrlr.MaxCertificateChainSize',
    signingWait: 'SecurityCtrlr.CertSigningWaitMinimum',
    signingRepeats: 'SecurityCtrlr.CertSigningRepeatTimes',
    attempts: 'OCPPCommCtrlr.NetworkProfileConnectionAttempts',
  },
  skipsHeartbeats: true,
  statusFirst: true,
  defaultOf: defaultOf2,
  boot: ({ settings }, reason) => ({
    reason,
    chargingStation: {
      vendorName: settings.vendorName,
      model: settings.model,
      serialNumber: settings.serialNumber,
      firmwareVersion: settings.firmwareVersion,
    },
  }),
  reportStatus: reportStatus2,
  // 2.x has no status of the station as such.
  reportStation: () => {},
  authorize: (token) => ({ idToken: token }),
  // C02.FR.03, C03.FR.02, C05.FR.02
  uncached: new Set(['NoAuthorization', 'Central']),
  authorization: (answer) => {
    const info = answer['idTokenInfo'] as Payload | undefined;
    if (info === undefined || typeof info['status'] !== 'string') return undefined;
    const group = (info['groupIdToken'] as Payload | undefined)?.['idToken'];
    const expires =
      typeof info['cacheExpiryDateTime'] === 'string' ? Date.parse(info['cacheExpiryDateTime']) : Number.NaN;
    return {
      status: info['status'],
      group: typeof group === 'string' ? group : undefined,
      expiresAt: Number.isNaN(expires) ? undefined : expires,
      ...(Array.isArray(info['evseId']) && { evses: info['evseId'] }),
    };
  },
  happened: happened2,
  meterValue: meterValue2,
  sendAligned: sendAligned2,
  collectAligned: collectAligned2,
  reservationEnded: (station, reservationId, reservationUpdateStatus) => {
    if (station.online) send(station, 'ReservationStatusUpdate', { reservationId, reservationUpdateStatus });
  },
  rateChanged: rateChanged2,
  eventName: (type) => type,
  certificateType: (type) => type,
  signCertificate: (csr, certificateType) => ({ csr, certificateType }),
  passwordBytes: (text) => new TextEncoder().encode(text),
  handlers: handlers2,
};
