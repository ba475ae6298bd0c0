/** Invariants of 1.6 chargers: a transaction starts once and ends once, and a status is one that its place can have. */
import { isFrame, type TracedFrame, type TraceEvent } from '../../trace.ts';
import { at } from '../path.ts';
import { type Breach, type Invariant, ofLegacyStation } from './invariant.ts';

/** True where the station has our answer: it sent another CALL on the same connection behind it. */
function delivered(events: readonly TraceEvent[], call: TracedFrame): boolean {
  const answer = events.find((event) => event.answers === call.n && event.kind === 'callresult');
  return (
    answer !== undefined &&
    events.some(
      (event) =>
        event.n > answer.n &&
        event.connection === call.connection &&
        event.origin === 'sut' &&
        isFrame(event) &&
        event.kind === 'call',
    )
  );
}

/** Number that the CSMS gave in its answer to a start. */
function numberOf(events: readonly TraceEvent[], start: TracedFrame): unknown {
  const answer = events.find((event) => event.answers === start.n);
  return answer !== undefined && isFrame(answer) && 'payload' in answer.frame
    ? at(answer.frame.payload, 'transactionId')
    : undefined;
}

const once: Invariant = ofLegacyStation(
  'transaction-once',
  'a transaction starts once and ends once, and its connector has no other one meanwhile',
  (events) => {
    /** Transactions that run, by connector. */
    const running = new Map<unknown, TracedFrame>();
    const ended = new Map<unknown, TracedFrame>();
    return events.filter(isFrame).flatMap((event): Breach[] => {
      const { frame } = event;
      if (frame.kind !== 'call' || event.origin !== 'sut') return [];
      const breach = (message: string, ref: string): Breach[] => [
        { blame: 'sut', level: 'SHALL', message, frame: event.n, ref },
      ];
      if (frame.action === 'StartTransaction') {
        const connector = at(frame.payload, 'connectorId');
        const before = running.get(connector);
        running.set(connector, event);
        return before !== undefined && delivered(events, before)
          ? breach(`the transaction of frame ${before.n} runs on connector ${String(connector)}`, '4.8')
          : [];
      }
      if (frame.action !== 'StopTransaction') return [];
      const number = at(frame.payload, 'transactionId');
      const before = ended.get(number);
      ended.set(number, event);
      for (const [connector, start] of running) if (numberOf(events, start) === number) running.delete(connector);
      // Those of which the CSMS knows nothing share one number (errata 3.18).
      return before !== undefined && number !== -1 && delivered(events, before)
        ? breach(`transaction ${String(number)} had ended with frame ${before.n}`, '4.10')
        : [];
    });
  },
);

/** What the charge point as such can be. */
const STATION_WORDS: ReadonlySet<unknown> = new Set(['Available', 'Unavailable', 'Faulted']);
/** Statuses to which a fault of the talk with the vehicle belongs. */
const TALKS: ReadonlySet<unknown> = new Set(['Preparing', 'SuspendedEV', 'SuspendedEVSE', 'Finishing']);

const statusWords: Invariant = ofLegacyStation(
  'status-words',
  'the station as such is Available, Unavailable or Faulted, and an error of the vehicle comes with a vehicle',
  (events) =>
    events.filter(isFrame).flatMap((event): Breach[] => {
      const { frame } = event;
      if (frame.kind !== 'call' || event.origin !== 'sut' || frame.action !== 'StatusNotification') return [];
      const status = at(frame.payload, 'status');
      const errorCode = at(frame.payload, 'errorCode');
      const breach = (message: string): Breach[] => [
        { blame: 'sut', level: 'SHALL', message, frame: event.n, ref: '4.9' },
      ];
      if (at(frame.payload, 'connectorId') === 0 && !STATION_WORDS.has(status))
        return breach(`connector 0 is told to be ${String(status)}`);
      if (errorCode === 'EVCommunicationError' && !TALKS.has(status))
        return breach(`${String(errorCode)} comes with the status ${String(status)}`);
      return [];
    }),
);

/** Messages that say that nothing is under way for the asking only (sections 4.4 and 4.5). */
const PROGRESS: Readonly<Record<string, string>> = {
  DiagnosticsStatusNotification: '4.4',
  FirmwareStatusNotification: '4.5',
};

const idleWhenAsked: Invariant = ofLegacyStation(
  'idle-when-asked',
  'that no update and no upload is under way is told for the asking alone',
  (events) => {
    const asked = new Set<unknown>();
    return events.filter(isFrame).flatMap((event): Breach[] => {
      const { frame } = event;
      if (frame.kind !== 'call') return [];
      if (event.origin === 'harness') {
        if (/TriggerMessage$/.test(frame.action)) asked.add(at(frame.payload, 'requestedMessage'));
        return [];
      }
      const ref = PROGRESS[frame.action];
      if (ref === undefined || at(frame.payload, 'status') !== 'Idle' || asked.has(frame.action)) return [];
      const message = `${frame.action} says Idle, and nobody asked`;
      return [{ blame: 'sut', level: 'SHALL', message, frame: event.n, ref }];
    });
  },
);

export const transactionInvariants16: readonly Invariant[] = [once, statusWords, idleWhenAsked];
