/** A charger with one EVSE that speaks OCPP 2.0.1: provisioning, authorization, transactions, remote control, availability, metering. */

import { randomUUID } from 'node:crypto';
import type { Gestures } from '../bench.ts';
import type { JsonObject } from '../control.ts';
import { type Line, Link, pause } from './link.ts';
import { makeVariables, nameOf, report, type Variable } from './variables201.ts';

interface Transaction {
  id: string;
  seqNo: number;
  idToken: JsonObject | undefined;
  groupId: string | undefined;
  timer: NodeJS.Timeout | undefined;
  state: string;
}

interface Welcome {
  idToken: JsonObject;
  groupId: string | undefined;
  remoteStartId?: number;
}

const EVSE = { id: 1, connectorId: 1 };
const WATTS = 7360;
const RESTART_MS = 300;

export function charger201({ endpoint, identity, credentials }: Line): Gestures {
  const variables = makeVariables();
  const now = () => new Date().toISOString();
  const value = (name: string) => variables.get(name)?.value ?? '';
  const seconds = (name: string) => Number(value(name));

  let plugged = false;
  let suspended = false;
  let faulted = false;
  let welcome: Welcome | undefined;
  let patience: NodeJS.Timeout | undefined;
  let transaction: Transaction | undefined;
  let operative = true;
  let closing = false;
  let resetting = false;
  let told = '';
  let beat: NodeJS.Timeout | undefined;
  let energyWh = 1000;
  let countedAt = Date.now();

  const drawing = () => transaction?.state === 'Charging';
  function meter(): number {
    const at = Date.now();
    if (drawing()) energyWh += (WATTS * (at - countedAt)) / 3_600_000;
    countedAt = at;
    return Math.floor(energyWh);
  }

  function status(): string {
    if (faulted) return 'Faulted';
    if (transaction === undefined && !operative) return 'Unavailable';
    return plugged || transaction !== undefined ? 'Occupied' : 'Available';
  }

  const notify = () =>
    void link.say('StatusNotification', {
      timestamp: now(),
      connectorStatus: status(),
      evseId: EVSE.id,
      connectorId: EVSE.connectorId,
    });

  function tell(): void {
    if (status() === told || !link.registered) return;
    told = status();
    notify();
  }

  const VALUES: Record<string, () => JsonObject> = {
    'Energy.Active.Import.Register': () => ({ value: meter(), unitOfMeasure: { unit: 'Wh' } }),
    'Power.Active.Import': () => ({ value: drawing() ? WATTS : 0, unitOfMeasure: { unit: 'W' } }),
  };
  const sampled = (variable: string, context: string): JsonObject[] => {
    const sampledValue = value(variable)
      .split(',')
      .filter((measurand) => measurand !== '')
      .map((measurand) => ({ measurand, context, location: 'Outlet', ...VALUES[measurand]?.() }));
    return sampledValue.length === 0 ? [] : [{ timestamp: now(), sampledValue }];
  };

  /** One event of the transaction; what is told once is told with it. */
  function event(of: Transaction, eventType: string, triggerReason: string, more: JsonObject = {}): void {
    const context =
      { Started: 'Transaction.Begin', Ended: 'Transaction.End' }[eventType] ??
      (triggerReason === 'Trigger' ? 'Trigger' : 'Sample.Periodic');
    const list = { Started: 'TxStarted', Ended: 'TxEnded' }[eventType] ?? 'TxUpdated';
    const { transactionInfo = {}, ...others } = more;
    const withValues = eventType !== 'Updated' || triggerReason === 'MeterValuePeriodic' || triggerReason === 'Trigger';
    const meterValue = withValues ? sampled(`SampledDataCtrlr.${list}Measurands`, context) : [];
    void link
      .say(
        'TransactionEvent',
        {
          eventType,
          timestamp: now(),
          triggerReason,
          seqNo: of.seqNo++,
          ...(!link.up && { offline: true }),
          transactionInfo: { transactionId: of.id, chargingState: of.state, ...(transactionInfo as JsonObject) },
          ...(eventType === 'Started' && { evse: EVSE }),
          ...(meterValue.length > 0 && { meterValue }),
          ...others,
        },
        true,
      )
      .then((said) => {
        const info = said?.idTokenInfo as JsonObject | undefined;
        if (info === undefined || transaction !== of || info.status === 'Accepted') return;
        if (value('TxCtrlr.StopTxOnInvalidId') === 'true') stop('Deauthorized', 'DeAuthorized');
      });
  }

  function move(of: Transaction, state: string, triggerReason: string, more: JsonObject = {}): void {
    meter();
    of.state = state;
    event(of, 'Updated', triggerReason, more);
  }

  const energy = () => (plugged ? (suspended ? 'SuspendedEV' : 'Charging') : 'Idle');

  /** The transaction starts when someone who may charge and a cable are there. */
  function start(triggerReason: string): void {
    if (welcome === undefined || !plugged || transaction !== undefined || faulted) return;
    clearTimeout(patience);
    const { idToken, groupId, remoteStartId } = welcome;
    welcome = undefined;
    const own: Transaction = {
      id: randomUUID(),
      seqNo: 0,
      idToken,
      groupId,
      timer: undefined,
      state: 'EVConnected',
    };
    transaction = own;
    const isRemote = remoteStartId !== undefined;
    event(own, 'Started', isRemote ? 'RemoteStart' : triggerReason, {
      idToken,
      ...(isRemote && { transactionInfo: { remoteStartId } }),
    });
    move(own, energy(), 'ChargingStateChanged');
    const everyMs = seconds('SampledDataCtrlr.TxUpdatedInterval') * 1000;
    if (everyMs > 0) own.timer = setInterval(() => event(own, 'Updated', 'MeterValuePeriodic'), everyMs);
    tell();
  }

  function stop(triggerReason: string, stoppedReason: string, idToken?: JsonObject): void {
    const over = transaction;
    if (over === undefined) return;
    clearInterval(over.timer);
    meter();
    over.state = plugged ? 'EVConnected' : 'Idle';
    event(over, 'Ended', triggerReason, { transactionInfo: { stoppedReason }, ...(idToken && { idToken }) });
    transaction = undefined;
    if (closing) operative = false;
    closing = false;
    tell();
    if (resetting) void restart('ScheduledReset');
  }

  function admit(guest: Welcome, triggerReason: string): void {
    welcome = guest;
    patience = setTimeout(() => {
      welcome = undefined;
    }, seconds('TxCtrlr.EVConnectionTimeOut') * 1000);
    start(triggerReason);
  }

  const same = (one: JsonObject | undefined, other: JsonObject) =>
    String(one?.idToken).toLowerCase() === String(other.idToken).toLowerCase();

  async function present(idToken: JsonObject): Promise<void> {
    const running = transaction;
    if (running !== undefined && same(running.idToken, idToken)) {
      stop('StopAuthorized', 'Local', idToken);
      return;
    }
    if (running === undefined && status() === 'Unavailable') return;
    const info = (await link.say('Authorize', { idToken }))?.idTokenInfo as JsonObject | undefined;
    // Accepted, but not everywhere (C01.FR.21).
    const places = info?.evseId as number[] | undefined;
    if (info?.status !== 'Accepted' || (places !== undefined && !places.includes(EVSE.id))) return;
    const groupId = (info.groupIdToken as JsonObject | undefined)?.idToken as string | undefined;
    if (running === undefined) admit({ idToken, groupId }, 'Authorized');
    else if (transaction === running && groupId !== undefined && groupId === running.groupId)
      stop('StopAuthorized', 'Local', idToken);
  }

  function boot(reason: string): void {
    told = '';
    clearInterval(beat);
    void link.live(
      () => ({
        reason,
        chargingStation: { vendorName: 'Miniature', model: 'One', serialNumber: 'M1', firmwareVersion: '0.9' },
      }),
      (intervalS) => {
        const interval = variables.get('OCPPCommCtrlr.HeartbeatInterval');
        if (interval) interval.value = String(intervalS);
        beatAgain();
        tell();
      },
      // Away for longer than the threshold: every status is told (B04.FR.01).
      (awayMs) => {
        if (awayMs > seconds('OCPPCommCtrlr.OfflineThreshold') * 1000) told = '';
        tell();
      },
    );
  }

  function beatAgain(): void {
    clearInterval(beat);
    const everyMs = seconds('OCPPCommCtrlr.HeartbeatInterval') * 1000;
    if (everyMs > 0) beat = setInterval(() => void link.say('Heartbeat', {}), everyMs);
  }

  async function restart(reason: string): Promise<void> {
    resetting = false;
    if (transaction !== undefined) stop('ResetCommand', 'ImmediateReset');
    await pause(RESTART_MS);
    await link.die();
    welcome = undefined;
    boot(reason);
  }

  const soon = (deed: () => void) => void setTimeout(deed, 10);

  const TRIGGERS: Record<string, () => void> = {
    Heartbeat: () => void link.say('Heartbeat', {}),
    StatusNotification: notify,
    MeterValues: () =>
      void link.say('MeterValues', {
        evseId: EVSE.id,
        meterValue: sampled('AlignedDataCtrlr.Measurands', 'Trigger'),
      }),
    TransactionEvent: () => {
      if (transaction !== undefined) event(transaction, 'Updated', 'Trigger');
    },
  };

  const elsewhere = (evse: JsonObject | undefined) =>
    evse !== undefined && (evse.id !== EVSE.id || (evse.connectorId !== undefined && evse.connectorId !== 1));

  function reportOn(requestId: number, wanted: (variable: Variable) => boolean): JsonObject {
    const reportData = report(variables, wanted);
    if (reportData.length === 0) return { status: 'EmptyResultSet' };
    soon(() => link.reply('NotifyReport', { requestId, generatedAt: now(), seqNo: 0, tbc: false, reportData }));
    return { status: 'Accepted' };
  }

  const handlers: Record<string, (request: JsonObject) => JsonObject> = {
    GetVariables: ({ getVariableData }) => ({
      getVariableResult: (getVariableData as JsonObject[]).map((item) => read(item)),
    }),
    SetVariables: ({ setVariableData }) => ({
      setVariableResult: (setVariableData as JsonObject[]).map((item) => write(item)),
    }),
    GetBaseReport: ({ requestId, reportBase }) =>
      reportBase === 'SummaryInventory'
        ? { status: 'NotSupported' }
        : reportOn(Number(requestId), ({ writable }) => reportBase === 'FullInventory' || writable !== undefined),
    GetReport: () => ({ status: 'NotSupported' }),
    Reset({ type, evseId }) {
      if (evseId !== undefined) return { status: 'Rejected' };
      if (type === 'OnIdle' && transaction !== undefined) {
        resetting = true;
        return { status: 'Scheduled' };
      }
      soon(() => void restart('RemoteReset'));
      return { status: 'Accepted' };
    },
    ChangeAvailability({ operationalStatus, evse }) {
      if (elsewhere(evse as JsonObject | undefined)) return { status: 'Rejected' };
      const open = operationalStatus === 'Operative';
      if (!open && transaction !== undefined) {
        closing = true;
        return { status: 'Scheduled' };
      }
      closing = false;
      operative = open;
      soon(tell);
      return { status: 'Accepted' };
    },
    UnlockConnector({ evseId, connectorId }) {
      if (evseId !== EVSE.id || connectorId !== EVSE.connectorId) return { status: 'UnknownConnector' };
      return { status: transaction === undefined ? 'Unlocked' : 'OngoingAuthorizedTransaction' };
    },
    RequestStartTransaction({ idToken, evseId, remoteStartId }) {
      const free = link.registered && transaction === undefined && welcome === undefined && operative && !faulted;
      if (!free || (evseId !== undefined && evseId !== EVSE.id)) return { status: 'Rejected' };
      soon(() => void remote(idToken as JsonObject, Number(remoteStartId)));
      return { status: 'Accepted' };
    },
    RequestStopTransaction({ transactionId }) {
      if (!link.registered || transaction?.id !== transactionId) return { status: 'Rejected' };
      soon(() => stop('RemoteStop', 'Remote'));
      return { status: 'Accepted' };
    },
    GetTransactionStatus: ({ transactionId }) => ({
      ...(transactionId !== undefined && { ongoingIndicator: transaction?.id === transactionId }),
      messagesInQueue: link.waiting(transactionId),
    }),
    ClearCache: () => ({ status: 'Rejected' }),
    DataTransfer: () => ({ status: 'UnknownVendorId' }),
    TriggerMessage({ requestedMessage, evse }) {
      const send = TRIGGERS[String(requestedMessage)];
      // Who is registered does not register again (F06.FR.17).
      if (requestedMessage === 'BootNotification') return { status: 'Rejected' };
      if (send === undefined) return { status: 'NotImplemented' };
      if (elsewhere(evse as JsonObject | undefined)) return { status: 'Rejected' };
      if (requestedMessage === 'TransactionEvent' && transaction === undefined) return { status: 'Rejected' };
      soon(send);
      return { status: 'Accepted' };
    },
  };

  function read({ component, variable, attributeType }: JsonObject): JsonObject {
    if (elsewhere((component as JsonObject).evse as JsonObject | undefined))
      return { component, variable, attributeStatus: 'UnknownComponent' } as JsonObject;
    const own = variables.get(nameOf(component as JsonObject, variable as JsonObject));
    const head = { component, variable, ...(attributeType !== undefined && { attributeType }) } as JsonObject;
    if (own === undefined) {
      const known = [...variables.values()].some((one) => one.component === (component as JsonObject).name);
      return { ...head, attributeStatus: known ? 'UnknownVariable' : 'UnknownComponent' };
    }
    if (attributeType !== undefined && attributeType !== 'Actual')
      return { ...head, attributeStatus: 'NotSupportedAttributeType' };
    if (own.writeOnly) return { ...head, attributeStatus: 'Rejected' };
    return { ...head, attributeStatus: 'Accepted', attributeValue: own.value };
  }

  function write({ component, variable, attributeType, attributeValue }: JsonObject): JsonObject {
    const own = variables.get(nameOf(component as JsonObject, variable as JsonObject));
    const head = { component, variable, ...(attributeType !== undefined && { attributeType }) } as JsonObject;
    if (own === undefined) {
      const known = [...variables.values()].some((one) => one.component === (component as JsonObject).name);
      return { ...head, attributeStatus: known ? 'UnknownVariable' : 'UnknownComponent' };
    }
    if (attributeType !== undefined && attributeType !== 'Actual')
      return { ...head, attributeStatus: 'NotSupportedAttributeType' };
    if (!own.writable?.test(String(attributeValue))) return { ...head, attributeStatus: 'Rejected' };
    own.value = String(attributeValue);
    if (own.name === 'HeartbeatInterval') beatAgain();
    if (own.name === 'RetryBackOffWaitMinimum') link.hurry();
    return { ...head, attributeStatus: 'Accepted' };
  }

  const link = new Link({
    endpoint,
    identity,
    credentials,
    version: '2.0.1',
    handlers,
    backOffMs: () => seconds('OCPPCommCtrlr.RetryBackOffWaitMinimum') * 1000,
  });

  async function remote(idToken: JsonObject, remoteStartId: number): Promise<void> {
    // A token of the back office's own needs no question (C05.FR.01).
    if (value('AuthCtrlr.AuthorizeRemoteStart') === 'true' && idToken.type !== 'Central') {
      const info = (await link.say('Authorize', { idToken }))?.idTokenInfo as JsonObject | undefined;
      if (info?.status !== 'Accepted') return;
    }
    admit({ idToken, groupId: undefined, remoteStartId }, 'RemoteStart');
  }

  boot('PowerUp');
  return {
    plugIn() {
      plugged = true;
      if (transaction !== undefined) move(transaction, energy(), 'CablePluggedIn');
      start('CablePluggedIn');
      tell();
    },
    plugOut() {
      meter();
      plugged = false;
      if (transaction !== undefined) stop('EVCommunicationLost', 'EVDisconnected');
      tell();
    },
    presentToken: ({ token }) => void present({ idToken: token?.idToken ?? '', type: token?.type ?? 'ISO14443' }),
    evReady() {
      suspended = false;
      if (transaction !== undefined) move(transaction, energy(), 'ChargingStateChanged');
    },
    evSuspends() {
      meter();
      suspended = true;
      if (transaction !== undefined) move(transaction, energy(), 'ChargingStateChanged');
    },
    raiseFault() {
      faulted = true;
      tell();
    },
    clearFault() {
      faulted = false;
      tell();
    },
    powerCycle() {
      stop('AbnormalCondition', 'PowerLoss');
      link.cut();
      setTimeout(() => boot('PowerUp'), RESTART_MS);
    },
  };
}
