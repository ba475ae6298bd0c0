/** Chargers that are wrong all the way through pass no case, whatever they say. */
import { expect } from 'chai';
import { loadMessageSchemas } from '../../schemas/ocpp.ts';
import { VirtualClock } from '../../src/clock.ts';
import { dialects, type OcppVersion } from '../../src/dialects/index.ts';
import { stationWords } from '../../src/dialects/station-words.ts';
import { makeReception } from '../../src/judge/cast.ts';
import { runCase, type StationEnvironment } from '../../src/judge/run-case.ts';
import { decode } from '../../src/ocppj/decode.ts';
import { encodeCall, encodeCallError, encodeCallResult } from '../../src/ocppj/encode.ts';
import { memoryDialer } from '../../src/wire/memory.ts';
import type { Transport } from '../../src/wire/transport.ts';
import { stationSuites } from './index.ts';

const IDENTITY = 'CP01';
const schemas = loadMessageSchemas();

/** What a wrong charger answers to a CALL; undefined for nothing. */
type Answer = (id: string, action: string) => string | undefined;

const wrong: Readonly<Record<string, Answer>> = {
  mute: () => undefined,
  'empty to everything': (id) => encodeCallResult(id, {}),
  'yes to everything, and no deed': (id) => encodeCallResult(id, { status: 'Accepted' }),
  'no to everything': (id) => encodeCallResult(id, { status: 'Rejected' }),
  'an error to everything': (id) => encodeCallError(id, 'InternalError', 'no'),
};

/** A charger that boots as it should, tells that it is available, and answers as `answer` says; hands move nothing. */
function charger(version: OcppVersion, answer: Answer): { clock: VirtualClock; environment: StationEnvironment } {
  const clock = new VirtualClock();
  const timeoutMs = 30_000;
  let ids = 0;
  const nextId = () => `pp-${++ids}`;
  const reception = makeReception({ versions: [version], identities: [IDENTITY] }, { clock, timeoutMs, nextId });
  const dialer = memoryDialer(reception, clock);
  const words = stationWords[version];
  const facts = { vendorName: 'wrong', model: 'wrong', serialNumber: 'W1' };
  let sent = 0;
  async function connect(): Promise<void> {
    const { subprotocol } = dialects[version];
    const handshake = await dialer.dial({ target: `/${IDENTITY}`, subprotocols: [subprotocol], headers: {} });
    if (handshake.outcome !== 'open') {
      clock.setTimeout(() => void connect(), 5_000);
      return;
    }
    talk(handshake.transport);
  }
  function talk(transport: Transport): void {
    const call = (action: string, payload: object) => transport.send(encodeCall(`w${++sent}`, action, payload));
    transport.attach({
      message: (message) => {
        const frame = decode(message);
        if (frame.kind === 'callresult' && 'interval' in (frame.payload as object))
          call('StatusNotification', words.status(1, 1, 'Available', new Date(clock.now()).toISOString()));
        if (frame.kind !== 'call') return;
        const text = answer(frame.id, frame.action);
        if (text !== undefined) transport.send(text);
      },
      close: () => clock.setTimeout(() => void connect(), 5_000),
    });
    call('BootNotification', words.boot(facts));
  }
  void connect();
  const environment: StationEnvironment = {
    sut: {
      role: 'station',
      ocpp: [version],
      securityProfile: 0,
      identities: [{ id: IDENTITY }],
      without: [],
      tokens: {},
      stations: {},
      station: facts,
      timeoutMs,
      clockToleranceS: 60,
    },
    clock,
    schemas,
    seed: 1,
    strict: false,
    nextId,
    reception,
    actuator: { name: 'idle', anyToken: true, can: () => true, perform: async () => {}, close: async () => {} },
  };
  return { clock, environment };
}

describe('a charger that is wrong all the way through', () => {
  for (const [name, answer] of Object.entries(wrong)) {
    for (const version of ['1.6', '2.0.1'] as const) {
      it(`passes no case of ${version}: ${name}`, async () => {
        const green: string[] = [];
        for (const spec of stationSuites
          .flatMap(({ cases }) => cases)
          .filter((one) => one.versions.includes(version))) {
          const { clock, environment } = charger(version, answer);
          const { verdict, reason } = await clock.run(runCase(spec, version, IDENTITY, environment));
          expect(verdict, `${spec.id} is our own defect: ${reason}`).to.not.equal('error');
          if (verdict === 'pass' || verdict === 'warn') green.push(`${spec.id} ${verdict}`);
        }
        expect(green).to.deep.equal([]);
      }).timeout(60_000);
    }
  }
});
