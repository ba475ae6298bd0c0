/** What 1.6 says where 2.x says something else. */
import { handlers16 } from './commands.v16.ts';
import { keys16 } from './configuration.v16.ts';
import type { Protocol } from './protocol.ts';
import { happened16, meterValue16, reportStation16, reportStatus16, sendAligned16 } from './transactions.v16.ts';
import type { Payload } from './types.ts';
import { CSMS_ROOT } from './vault.ts';

/** Events that 2.x calls otherwise. */
const EVENTS: Readonly<Record<string, string>> = {
  InvalidCsmsCertificate: 'InvalidCentralSystemCertificate',
  InvalidChargingStationCertificate: 'InvalidChargePointCertificate',
};

/** Two hexadecimal digits for each byte (whitepaper A00.FR.205). */
const unhex = (digits: string): Uint8Array =>
  Uint8Array.from(digits.match(/../g) ?? [], (pair) => Number.parseInt(pair, 16));

export const protocol16: Protocol = {
  keys: {
    messageTimeout: 'MessageTimeout',
    messageAttempts: 'TransactionMessageAttempts',
    messageRetryInterval: 'TransactionMessageRetryInterval',
    backOffMinimum: 'RetryBackOffWaitMinimum',
    backOffRandom: 'RetryBackOffRandomRange',
    backOffRepeats: 'RetryBackOffRepeatTimes',
    heartbeatInterval: 'HeartbeatInterval',
    connectionTimeOut: 'ConnectionTimeOut',
    authorizeRemoteStart: 'AuthorizeRemoteTxRequests',
    localPreAuthorize: 'LocalPreAuthorize',
    localAuthorizeOffline: 'LocalAuthorizeOffline',
    offlineUnknown: 'AllowOfflineTxForUnknownId',
    cacheEnabled: 'AuthorizationCacheEnabled',
    listEnabled: 'LocalAuthListEnabled',
    stopOnInvalidId: 'StopTransactionOnInvalidId',
    energyOnInvalidId: 'MaxEnergyOnInvalidId',
    stopOnEvSideDisconnect: 'StopTransactionOnEVSideDisconnect',
    alignedInterval: 'ClockAlignedDataInterval',
    alignedMeasurands: 'MeterValuesAlignedData',
    sampleInterval: 'MeterValueSampleInterval',
    sampleMeasurands: 'MeterValuesSampledData',
    password: 'AuthorizationKey',
    securityProfile: 'SecurityProfile',
    organization: 'CpoName',
    additionalRootCheck: 'AdditionalRootCertificateCheck',
    maxChain: 'CertificateSignedMaxChainSize',
    // 1.6 has none of these.
    signingWait: 'CertSigningWaitMinimum',
    signingRepeats: 'CertSigningRepeatTimes',
    attempts: 'NetworkProfileConnectionAttempts',
  },
  skipsHeartbeats: false,
  statusFirst: false,
  defaultOf: (key) => keys16[key]?.value,
  boot: ({ settings }) => ({
    chargePointVendor: settings.vendorName,
    chargePointModel: settings.model,
    chargePointSerialNumber: settings.serialNumber,
    firmwareVersion: settings.firmwareVersion,
  }),
  reportStatus: reportStatus16,
  reportStation: reportStation16,
  authorize: ({ idToken }) => ({ idTag: idToken }),
  uncached: new Set(),
  authorization: (answer) => {
    const info = answer['idTagInfo'] as Payload | undefined;
    if (info === undefined || typeof info['status'] !== 'string') return undefined;
    const group = info['parentIdTag'];
    const expires = typeof info['expiryDate'] === 'string' ? Date.parse(info['expiryDate']) : Number.NaN;
    return {
      status: info['status'],
      group: typeof group === 'string' ? group : undefined,
      expiresAt: Number.isNaN(expires) ? undefined : expires,
    };
  },
  happened: happened16,
  meterValue: meterValue16,
  sendAligned: sendAligned16,
  // 1.6 has one interval for both.
  collectAligned: () => {},
  // 1.6 has no message for it: the status of the connector tells.
  reservationEnded: () => {},
  // 1.6 tells the state alone.
  rateChanged: (station, evse) => reportStatus16(station, evse),
  eventName: (type) => EVENTS[type] ?? type,
  certificateType: (type) => (type === 'CentralSystemRootCertificate' ? CSMS_ROOT : type),
  signCertificate: (csr) => ({ csr }),
  passwordBytes: unhex,
  handlers: handlers16,
};
