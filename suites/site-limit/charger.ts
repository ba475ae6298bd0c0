/** A charger with a vehicle of some appetite: it does what its charging profiles say, and nothing else. */
import type { Context } from '../../src/judge/context.ts';
import { Unmet } from '../../src/judge/unmet.ts';
import { decode } from '../../src/ocppj/decode.ts';
import { createStation } from '../../src/station/station.ts';
import type { ChargingStation, Payload } from '../../src/station/types.ts';
import type { Token } from '../../src/sut/system-under-test.ts';
import type { Transport } from '../../src/wire/transport.ts';

const VOLTS = 230;
const PHASES = 3;

/** Meter values at short intervals, for who balances by them; back at once when a connection is lost. */
const CONFIGURATION: Readonly<Record<string, string>> = {
  MeterValueSampleInterval: '10',
  MeterValuesSampledData: 'Energy.Active.Import.Register,Power.Active.Import,Current.Import,Current.Offered',
  RetryBackOffWaitMinimum: '1',
  RetryBackOffRandomRange: '0',
  'SampledDataCtrlr.TxUpdatedInterval': '10',
  'SampledDataCtrlr.TxUpdatedMeasurands':
    'Energy.Active.Import.Register,Power.Active.Import,Current.Import,Current.Offered',
  'OCPPCommCtrlr.RetryBackOffWaitMinimum': '1',
  'OCPPCommCtrlr.RetryBackOffRandomRange': '0',
};

/** Messages that tell how the shares come about: they go into the evidence. */
const TELLING: ReadonlySet<string> = new Set([
  'SetChargingProfile',
  'ClearChargingProfile',
  'StartTransaction',
  'StopTransaction',
]);

export class Charger {
  readonly identity: string;
  /** The most that its vehicle takes, in amperes per phase. */
  readonly appetite: number;
  readonly token: Token;
  readonly #context: Context;
  readonly #station: ChargingStation;
  readonly #changed: () => void;
  #transport: Transport | undefined;
  #reachable = true;
  #ended = false;
  #present = false;
  #refused: string | undefined;

  /** @param changed is told whenever what it takes may be another */
  constructor(context: Context, identity: string, appetite: number, token: Token, changed: () => void) {
    this.identity = identity;
    this.appetite = appetite;
    this.token = token;
    this.#context = context;
    this.#changed = changed;
    const { clock, dialect, random, sut } = context;
    this.#station = createStation(
      {
        identity,
        version: dialect.version,
        vendorName: sut.station.vendorName,
        model: sut.station.model,
        serialNumber: sut.station.serialNumber,
        maxPowerW: appetite * VOLTS * PHASES,
        configuration: CONFIGURATION,
        timeoutMs: sut.timeoutMs,
      },
      {
        clock,
        random,
        wire: {
          send: (text) => this.#send(text),
          close: (code, reason) => this.#transport?.close(code, reason),
          reconnect: (delayMs) => void clock.setTimeout(() => void this.#dial(), delayMs),
        },
      },
    );
  }

  /** Amperes per phase that flow now. */
  get amperes(): number {
    const [watts = 0] = this.#station.power;
    return watts / VOLTS / PHASES;
  }

  /** A vehicle is there that wants energy. */
  get wants(): boolean {
    return this.#present;
  }

  /** Connects and registers. @throws Unmet where the CSMS does not take it */
  async start(): Promise<void> {
    await this.#dial();
    const { clock, sut } = this.#context;
    for (let waited = 0; waited < sut.timeoutMs; waited += STEP_MS) {
      if (this.#station.registration === 'Accepted') return;
      await clock.sleep(STEP_MS);
    }
    throw new Unmet(`the CSMS did not accept ${this.identity}`);
  }

  /** What the CSMS said of the token, where it did not accept it. */
  get refused(): string | undefined {
    return this.#refused;
  }

  /** A vehicle comes, and its driver shows a token. */
  arrive(): void {
    this.#present = true;
    this.#station.plugIn(1);
    this.#station.presentToken(1, this.token.idToken, this.token.type);
    this.#changed();
  }

  /** The driver ends the session and leaves. */
  leave(): void {
    this.#present = false;
    this.#station.presentToken(1, this.token.idToken, this.token.type);
    this.#station.plugOut(1);
    this.#changed();
  }

  /** Loses its connection, and can't have one until it is restored. */
  cut(): void {
    this.#reachable = false;
    this.#transport?.terminate();
  }

  restore(): void {
    this.#reachable = true;
  }

  end(): void {
    this.#ended = true;
    this.#station.end();
    this.#transport?.close(1000, 'the test is over');
  }

  #send(text: string): void {
    this.#tell('→', text);
    this.#transport?.send(text);
  }

  async #dial(): Promise<void> {
    if (this.#ended) return;
    const handshake = this.#reachable ? await this.#context.dial(this.identity) : undefined;
    if (handshake?.outcome !== 'open') {
      if (!this.#ended) this.#station.closed(1006);
      return;
    }
    const { transport } = handshake;
    this.#transport = transport;
    this.#station.opened();
    transport.attach({
      message: (message) => {
        if (typeof message !== 'string') return;
        this.#tell('←', message);
        this.#hear(message);
        this.#station.received(message);
        this.#changed();
      },
      close: ({ code }) => {
        if (this.#transport === transport) this.#transport = undefined;
        this.#station.closed(code);
      },
    });
  }

  #hear(text: string): void {
    const frame = decode(text);
    if (frame.kind !== 'callresult') return;
    const { idTagInfo, idTokenInfo } = frame.payload as Record<string, Payload | undefined>;
    const status = (idTagInfo ?? idTokenInfo)?.['status'];
    if (status !== undefined && status !== 'Accepted') this.#refused = String(status);
  }

  #tell(arrow: string, text: string): void {
    const frame = decode(text);
    if (frame.kind !== 'call') return;
    const event = String((frame.payload as Payload)['eventType'] ?? '');
    if (TELLING.has(frame.action) || event === 'Started' || event === 'Ended')
      this.#context.note(`${this.identity} ${arrow} ${text}`);
  }
}

const STEP_MS = 100;
