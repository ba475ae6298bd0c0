/** A charger with one connector that speaks OCPP 1.6: core profile and remote trigger. */

import type { Gestures } from '../bench.ts';
import type { JsonObject } from '../control.ts';
import { type Line, Link, pause } from './link.ts';

/** A key: its value, and which values it takes; none that can only be read. */
interface Key {
  value: string;
  takes?: RegExp;
}

interface Transaction {
  /** Settles with the number that the back office gave. */
  id: Promise<number>;
  idTag: string;
  parent: string | undefined;
  timer: NodeJS.Timeout | undefined;
  /** Not accepted, and so without energy. */
  held: boolean;
}

const CONNECTOR = 1;
const WATTS = 7360;
const RESTART_MS = 300;
const NUMBER = /^\d{1,9}$/;
const BOOLEAN = /^(true|false)$/i;
const MEASURANDS = /^((Energy\.Active\.Import\.Register|Power\.Active\.Import|Current\.Import|Voltage)(,(?!$)|$))*$/;

const makeKeys = (): Map<string, Key> =>
  new Map(
    Object.entries({
      AuthorizeRemoteTxRequests: { value: 'true', takes: BOOLEAN },
      ClockAlignedDataInterval: { value: '0', takes: NUMBER },
      ConnectionTimeOut: { value: '30', takes: NUMBER },
      ConnectorPhaseRotation: { value: '1.RST', takes: /./ },
      GetConfigurationMaxKeys: { value: '50' },
      HeartbeatInterval: { value: '300', takes: NUMBER },
      LocalAuthorizeOffline: { value: 'false', takes: BOOLEAN },
      LocalPreAuthorize: { value: 'false', takes: BOOLEAN },
      MeterValuesAlignedData: { value: 'Energy.Active.Import.Register', takes: MEASURANDS },
      MeterValuesSampledData: { value: 'Energy.Active.Import.Register,Power.Active.Import', takes: MEASURANDS },
      MeterValueSampleInterval: { value: '60', takes: NUMBER },
      NumberOfConnectors: { value: '1' },
      ResetRetries: { value: '1', takes: NUMBER },
      StopTransactionOnEVSideDisconnect: { value: 'true', takes: BOOLEAN },
      StopTransactionOnInvalidId: { value: 'true', takes: BOOLEAN },
      StopTxnAlignedData: { value: '', takes: MEASURANDS },
      StopTxnSampledData: { value: '', takes: MEASURANDS },
      SupportedFeatureProfiles: { value: 'Core,RemoteTrigger' },
      TransactionMessageAttempts: { value: '3', takes: /^[1-9]\d?$/ },
      TransactionMessageRetryInterval: { value: '1', takes: NUMBER },
      UnlockConnectorOnEVSideDisconnect: { value: 'true', takes: BOOLEAN },
      WebSocketPingInterval: { value: '30', takes: NUMBER },
    }),
  );

export function charger16({ endpoint, identity, credentials }: Line): Gestures {
  const keys = makeKeys();
  const now = () => new Date().toISOString();
  const is = (key: string) => keys.get(key)?.value.toLowerCase() === 'true';
  const seconds = (key: string) => Number(keys.get(key)?.value);

  let plugged = false;
  let suspended = false;
  let faulted = false;
  /** Who may charge as soon as the cable is in. */
  let welcome: { idTag: string; parent: string | undefined; remote: boolean } | undefined;
  let patience: NodeJS.Timeout | undefined;
  let transaction: Transaction | undefined;
  /** Number of the transaction that runs, once the back office has given it. */
  let known: number | undefined;
  let operative = true;
  /** Out of service as soon as the transaction is over. */
  let closing = false;
  let told = '';
  let beat: NodeJS.Timeout | undefined;
  let energyWh = 1000;
  let countedAt = Date.now();
  /** Was in a transaction that is over, with the cable still in. */
  let finished = false;

  const drawing = () => transaction !== undefined && plugged && !suspended && !faulted && !transaction.held;
  function meter(): number {
    const at = Date.now();
    if (drawing()) energyWh += (WATTS * (at - countedAt)) / 3_600_000;
    countedAt = at;
    return Math.floor(energyWh);
  }

  function status(): string {
    if (faulted) return 'Faulted';
    if (transaction?.held) return 'SuspendedEVSE';
    if (transaction !== undefined) return !plugged || suspended ? 'SuspendedEV' : 'Charging';
    if (!operative) return 'Unavailable';
    if (plugged && finished) return 'Finishing';
    return plugged || welcome !== undefined ? 'Preparing' : 'Available';
  }

  const notify = (connectorId: number, word: string) =>
    void link.say('StatusNotification', {
      connectorId,
      status: word,
      errorCode: word === 'Faulted' ? 'InternalError' : 'NoError',
      timestamp: now(),
    });

  /** Tells what has changed. */
  function tell(): void {
    const word = status();
    if (word === told || !link.registered) return;
    told = word;
    notify(CONNECTOR, word);
  }

  const VALUES: Record<string, () => JsonObject> = {
    'Energy.Active.Import.Register': () => ({ value: String(meter()), unit: 'Wh' }),
    'Power.Active.Import': () => ({ value: String(drawing() ? WATTS : 0), unit: 'W' }),
    'Current.Import': () => ({ value: String(drawing() ? WATTS / 230 : 0), unit: 'A', phase: 'L1' }),
    Voltage: () => ({ value: '230', unit: 'V', phase: 'L1-N' }),
  };
  const sampled = (key: string, context: string) => ({
    timestamp: now(),
    sampledValue: (keys.get(key)?.value ?? '')
      .split(',')
      .filter((measurand) => measurand !== '')
      .map((measurand) => ({ measurand, context, location: 'Outlet', ...VALUES[measurand]?.() })),
  });

  function sample(of: Transaction): void {
    const everyMs = seconds('MeterValueSampleInterval') * 1000;
    if (everyMs === 0) return;
    of.timer = setInterval(() => {
      const meterValue = [sampled('MeterValuesSampledData', 'Sample.Periodic')];
      void of.id.then((transactionId) =>
        link.say('MeterValues', { connectorId: CONNECTOR, transactionId, meterValue }, true),
      );
    }, everyMs);
  }

  function start(): void {
    if (welcome === undefined || !plugged || transaction !== undefined || faulted) return;
    clearTimeout(patience);
    const { idTag, parent } = welcome;
    welcome = undefined;
    const meterStart = meter();
    const answer = link.say('StartTransaction', { connectorId: CONNECTOR, idTag, meterStart, timestamp: now() }, true);
    const own: Transaction = {
      id: answer.then((said) => Number(said?.transactionId ?? -1)),
      idTag,
      parent,
      timer: undefined,
      held: false,
    };
    transaction = own;
    sample(own);
    void own.id.then((id) => {
      if (transaction === own) known = id;
    });
    void answer.then((said) => {
      const verdict = (said?.idTagInfo as JsonObject | undefined)?.status;
      if (transaction !== own) return;
      meter();
      own.held = verdict !== undefined && verdict !== 'Accepted';
      if (own.held && is('StopTransactionOnInvalidId')) stop('DeAuthorized');
      else tell();
    });
  }

  function stop(reason: string, idTag?: string): void {
    const over = transaction;
    if (over === undefined) return;
    clearInterval(over.timer);
    const meterStop = meter();
    const timestamp = now();
    transaction = undefined;
    known = undefined;
    finished = plugged;
    if (closing) operative = false;
    closing = false;
    void over.id.then((transactionId) =>
      link.say(
        'StopTransaction',
        { transactionId, meterStop, timestamp, reason, ...(idTag !== undefined && { idTag }) },
        true,
      ),
    );
    void over.id.then(tell);
  }

  /** Someone may charge: at once, or as soon as the cable is in. */
  function admit(idTag: string, parent: string | undefined, remote: boolean): void {
    welcome = { idTag, parent, remote };
    finished = false;
    tell();
    patience = setTimeout(() => {
      welcome = undefined;
      tell();
    }, seconds('ConnectionTimeOut') * 1000);
    start();
  }

  async function present(idTag: string): Promise<void> {
    const running = transaction;
    if (running?.idTag.toLowerCase() === idTag.toLowerCase()) {
      stop('Local', idTag);
      return;
    }
    if (running === undefined && status() === 'Unavailable') return;
    const said = await link.say('Authorize', { idTag });
    const info = said?.idTagInfo as JsonObject | undefined;
    if (info?.status !== 'Accepted') return;
    const parent = info.parentIdTag as string | undefined;
    if (running === undefined) admit(idTag, parent, false);
    else if (transaction === running && parent !== undefined && parent === running.parent) stop('Local', idTag);
  }

  function boot(): void {
    told = '';
    clearInterval(beat);
    void link.live(
      () => ({
        chargePointVendor: 'Miniature',
        chargePointModel: 'One',
        chargePointSerialNumber: 'M1',
        firmwareVersion: '0.9',
      }),
      (intervalS) => {
        keys.set('HeartbeatInterval', { value: String(intervalS), takes: NUMBER });
        beatAgain();
        notify(0, operative ? 'Available' : 'Unavailable');
        tell();
      },
    );
  }

  function beatAgain(): void {
    clearInterval(beat);
    const everyMs = seconds('HeartbeatInterval') * 1000;
    if (everyMs > 0) beat = setInterval(() => void link.say('Heartbeat', {}), everyMs);
  }

  async function restart(reason: string): Promise<void> {
    stop(reason);
    await pause(RESTART_MS);
    await link.die();
    welcome = undefined;
    finished = plugged;
    boot();
  }

  const soon = (deed: () => void) => void setTimeout(deed, 10);

  /** Connector that the last trigger named. */
  let triggered: number | undefined;

  const TRIGGERS: Record<string, () => void> = {
    Heartbeat: () => void link.say('Heartbeat', {}),
    StatusNotification: () => {
      if (!triggered) notify(0, operative ? 'Available' : 'Unavailable');
      if (triggered !== 0) notify(CONNECTOR, status());
    },
    MeterValues: () =>
      void Promise.resolve(transaction?.id).then((transactionId) =>
        link.say('MeterValues', {
          connectorId: CONNECTOR,
          ...(transactionId !== undefined && { transactionId }),
          meterValue: [sampled('MeterValuesSampledData', 'Trigger')],
        }),
      ),
  };

  const handlers: Record<string, (request: JsonObject) => JsonObject> = {
    GetConfiguration({ key }) {
      const wanted = (key as string[] | undefined) ?? [...keys.keys()];
      const known = wanted.filter((name) => keys.has(name));
      const unknown = wanted.filter((name) => !keys.has(name));
      return {
        configurationKey: known.map((name) => ({
          key: name,
          readonly: keys.get(name)?.takes === undefined,
          value: keys.get(name)?.value ?? '',
        })),
        ...(unknown.length > 0 && { unknownKey: unknown }),
      };
    },
    ChangeConfiguration({ key, value }) {
      const setting = keys.get(String(key));
      if (setting === undefined) return { status: 'NotSupported' };
      if (!setting.takes?.test(String(value))) return { status: 'Rejected' };
      setting.value = String(value);
      if (key === 'HeartbeatInterval') beatAgain();
      return { status: 'Accepted' };
    },
    Reset({ type }) {
      soon(() => void restart(type === 'Hard' ? 'HardReset' : 'SoftReset'));
      return { status: 'Accepted' };
    },
    ChangeAvailability({ connectorId, type }) {
      if (Number(connectorId) > CONNECTOR) return { status: 'Rejected' };
      const open = type === 'Operative';
      if (!open && transaction !== undefined) {
        closing = true;
        return { status: 'Scheduled' };
      }
      closing = false;
      operative = open;
      if (connectorId === 0) soon(() => notify(0, open ? 'Available' : 'Unavailable'));
      soon(tell);
      return { status: 'Accepted' };
    },
    UnlockConnector({ connectorId }) {
      if (connectorId !== CONNECTOR) return { status: 'NotSupported' };
      soon(() => stop('UnlockCommand'));
      return { status: 'Unlocked' };
    },
    RemoteStartTransaction({ idTag, connectorId }) {
      const free = transaction === undefined && welcome === undefined && operative && !faulted;
      if (!free || (connectorId !== undefined && connectorId !== CONNECTOR)) return { status: 'Rejected' };
      soon(() => void remote(String(idTag)));
      return { status: 'Accepted' };
    },
    RemoteStopTransaction({ transactionId }) {
      if (transaction === undefined || transactionId !== known) return { status: 'Rejected' };
      soon(() => stop('Remote'));
      return { status: 'Accepted' };
    },
    ClearCache: () => ({ status: 'Rejected' }),
    DataTransfer: () => ({ status: 'UnknownVendorId' }),
    TriggerMessage({ requestedMessage, connectorId }) {
      const send = TRIGGERS[String(requestedMessage)];
      if (requestedMessage === 'BootNotification') return { status: 'Rejected' };
      if (send === undefined) return { status: 'NotImplemented' };
      triggered = connectorId as number | undefined;
      if (triggered !== undefined && triggered > CONNECTOR) return { status: 'Rejected' };
      soon(send);
      return { status: 'Accepted' };
    },
  };

  const link = new Link({ endpoint, identity, credentials, version: '1.6', handlers });

  async function remote(idTag: string): Promise<void> {
    if (!is('AuthorizeRemoteTxRequests')) {
      admit(idTag, undefined, true);
      return;
    }
    const info = (await link.say('Authorize', { idTag }))?.idTagInfo as JsonObject | undefined;
    if (info?.status === 'Accepted') admit(idTag, info.parentIdTag as string | undefined, true);
  }

  boot();
  return {
    plugIn() {
      plugged = true;
      finished = false;
      start();
      tell();
    },
    plugOut() {
      const over = transaction !== undefined && is('StopTransactionOnEVSideDisconnect');
      meter();
      plugged = false;
      finished = false;
      if (over) stop('EVDisconnected');
      else tell();
    },
    presentToken: ({ token }) => void present(token?.idToken ?? ''),
    evReady() {
      meter();
      suspended = false;
      tell();
    },
    evSuspends() {
      meter();
      suspended = true;
      tell();
    },
    raiseFault() {
      meter();
      faulted = true;
      tell();
    },
    clearFault() {
      meter();
      faulted = false;
      tell();
    },
    powerCycle() {
      stop('PowerLoss');
      link.cut();
      setTimeout(boot, RESTART_MS);
    },
  };
}
