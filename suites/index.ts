/** The one list of suites. */
import type { CaseSpec, Suite } from '../src/judge/test-case.ts';
import authorization from './csms/authorization.ts';
import authorizationV2 from './csms/authorization.v2.ts';
import availability from './csms/availability.ts';
import availabilityV2 from './csms/availability.v2.ts';
import iso15118CertificatesV2 from './csms/certificates.iso15118.v2.ts';
import certificatesV2 from './csms/certificates.v2.ts';
import certificatesV16 from './csms/certificates.v16.ts';
import configurationV16 from './csms/configuration.v16.ts';
import customerInformationV2 from './csms/customer-information.v2.ts';
import dataTransfer from './csms/data-transfer.ts';
import diagnosticsV2 from './csms/diagnostics.v2.ts';
import diagnosticsV16 from './csms/diagnostics.v16.ts';
import displayListsV2 from './csms/display-message.list.v2.ts';
import displayV2 from './csms/display-message.v2.ts';
import firmwareFailedV2 from './csms/firmware.failed.v2.ts';
import publishV2 from './csms/firmware.publish.v2.ts';
import firmwareV2 from './csms/firmware.v2.ts';
import firmwareV16 from './csms/firmware.v16.ts';
import gridV21 from './csms/grid.v21.ts';
import localAuthListPortionsV2 from './csms/local-auth-list.portions.v2.ts';
import localAuthListV2 from './csms/local-auth-list.v2.ts';
import localAuthListV16 from './csms/local-auth-list.v16.ts';
import masterPass from './csms/master-pass.v2.ts';
import metering from './csms/metering.ts';
import meteringV2 from './csms/metering.v2.ts';
import meteringV16 from './csms/metering.v16.ts';
import monitoringPortionsV2 from './csms/monitoring.portions.v2.ts';
import monitoringV2 from './csms/monitoring.v2.ts';
import heldBack from './csms/provisioning.held.ts';
import provisioning from './csms/provisioning.ts';
import provisioningV2 from './csms/provisioning.v2.ts';
import remoteControl from './csms/remote-control.ts';
import remoteControlV2 from './csms/remote-control.v2.ts';
import remoteStartV2 from './csms/remote-start.v2.ts';
import remoteStartV16 from './csms/remote-start.v16.ts';
import reportsV2 from './csms/reports.v2.ts';
import reservationV2 from './csms/reservation.v2.ts';
import reservationV16 from './csms/reservation.v16.ts';
import securityEventsV2 from './csms/security-events.v2.ts';
import securityEventsV16 from './csms/security-events.v16.ts';
import smartIsoV2 from './csms/smart-charging.iso15118.v2.ts';
import smartLimitsV2 from './csms/smart-charging.limits.v2.ts';
import smartReportsV2 from './csms/smart-charging.reports.v2.ts';
import smartCharging from './csms/smart-charging.ts';
import smartChargingV2 from './csms/smart-charging.v2.ts';
import smartChargingV16 from './csms/smart-charging.v16.ts';
import swapV21 from './csms/swap.v21.ts';
import tariffV2 from './csms/tariff.v2.ts';
import tariffV21 from './csms/tariff.v21.ts';
import offlineV2 from './csms/transactions.offline.v2.ts';
import offlineV16 from './csms/transactions.offline.v16.ts';
import transactionStatusV2 from './csms/transactions.status.v2.ts';
import stopsV2 from './csms/transactions.stop.v2.ts';
import stopsV16 from './csms/transactions.stop.v16.ts';
import tokensV2 from './csms/transactions.tokens.v2.ts';
import transactionsV2 from './csms/transactions.v2.ts';
import transactionsV16 from './csms/transactions.v16.ts';
import variablesV2 from './csms/variables.v2.ts';
import answers from './ocppj/answers.ts';
import calls from './ocppj/calls.ts';
import compression from './ocppj/compression.ts';
import correlation from './ocppj/correlation.ts';
import envelope from './ocppj/envelope.ts';
import errors from './ocppj/errors.ts';
import frames from './ocppj/frames.ts';
import framing from './ocppj/framing.ts';
import handshake from './ocppj/handshake.ts';
import http from './ocppj/http.ts';
import ids from './ocppj/ids.ts';
import json from './ocppj/json.ts';
import pipeline from './ocppj/pipeline.ts';
import send from './ocppj/send.ts';
import basicAuthKeys from './security/basic-auth.keys.ts';
import basicAuth from './security/basic-auth.ts';
import clientCertificates from './security/client-certificates.ts';
import conduct from './security/conduct.ts';
import duplicateNodes from './security/duplicate-identity.nodes.ts';
import duplicateIdentity from './security/duplicate-identity.ts';
import endurance from './security/endurance.ts';
import exposed from './security/exposed.ts';
import hostileTexts from './security/hostile-texts.ts';
import identities from './security/identities.ts';
import injection from './security/injection.ts';
import oddPayloads from './security/odd-payloads.ts';
import password from './security/password.ts';
import payloads from './security/payloads.ts';
import times from './security/times.ts';
import tls from './security/tls.ts';
import upgradeV2 from './security/upgrade.v2.ts';
import upgradeV16 from './security/upgrade.v16.ts';
import urls from './security/urls.ts';
import siteLimit from './site-limit/index.ts';
import { stationSuites } from './station/index.ts';

export const suites: readonly Suite[] = [
  handshake,
  calls,
  envelope,
  errors,
  ids,
  correlation,
  pipeline,
  send,
  json,
  answers,
  http,
  compression,
  framing,
  frames,
  basicAuth,
  basicAuthKeys,
  password,
  upgradeV16,
  upgradeV2,
  tls,
  clientCertificates,
  duplicateIdentity,
  duplicateNodes,
  identities,
  injection,
  conduct,
  endurance,
  payloads,
  oddPayloads,
  hostileTexts,
  times,
  urls,
  exposed,
  certificatesV16,
  certificatesV2,
  iso15118CertificatesV2,
  securityEventsV16,
  securityEventsV2,
  provisioning,
  heldBack,
  provisioningV2,
  variablesV2,
  reportsV2,
  authorization,
  authorizationV2,
  masterPass,
  availability,
  metering,
  dataTransfer,
  remoteControl,
  configurationV16,
  transactionsV16,
  stopsV16,
  offlineV16,
  meteringV16,
  remoteStartV16,
  localAuthListV16,
  reservationV16,
  firmwareV16,
  diagnosticsV16,
  transactionsV2,
  stopsV2,
  tokensV2,
  offlineV2,
  transactionStatusV2,
  remoteStartV2,
  remoteControlV2,
  availabilityV2,
  meteringV2,
  localAuthListV2,
  localAuthListPortionsV2,
  reservationV2,
  firmwareV2,
  firmwareFailedV2,
  publishV2,
  smartCharging,
  smartChargingV16,
  smartChargingV2,
  smartReportsV2,
  smartLimitsV2,
  smartIsoV2,
  diagnosticsV2,
  customerInformationV2,
  monitoringV2,
  monitoringPortionsV2,
  displayV2,
  displayListsV2,
  tariffV2,
  ...tariffV21,
  ...gridV21,
  ...swapV21,
  siteLimit,
  ...stationSuites,
];

/** Every case of every suite. */
export const allCases = (): readonly CaseSpec[] => suites.flatMap(({ cases }) => cases);
