/** Invariants of chargers: silence before registration, times that can be. */
import { isFrame, type TracedFrame, type TraceEvent } from '../../trace.ts';
import { at } from '../path.ts';
import { type Breach, type Invariant, ofStation } from './invariant.ts';

/** CALLs of the CSMS that ask a station for CALLs of its own (2.x B02.FR.02, 1.6 section 4.2). */
const INVITES = new Set(['TriggerMessage', 'ExtendedTriggerMessage', 'GetBaseReport', 'GetReport']);

/** What an invitation allows; any action where it does not say. */
const invitedBy = ({ frame, action }: TracedFrame): string | undefined => {
  if (action === 'GetBaseReport' || action === 'GetReport') return 'NotifyReport';
  const named = at('payload' in frame ? frame.payload : undefined, 'requestedMessage');
  return typeof named === 'string' ? named : undefined;
};

const silentBeforeAccepted: Invariant = ofStation(
  'silence-before-accepted',
  'a station that boots sends nothing but BootNotification until it is accepted, unless it is asked to',
  (events, { dialect }) => {
    const legacy = dialect.version === '1.6';
    const refs = legacy ? { Rejected: '4.2', Pending: '4.2' } : { Rejected: 'B03.FR.02', Pending: 'B02.FR.02' };
    const breaches: Breach[] = [];
    const invited = new Set<string>();
    let state: 'unknown' | 'Pending' | 'Rejected' | 'Accepted' = 'unknown';
    /** CALLs on a new connection, which turn out to be too early where a boot follows them. */
    let early: TracedFrame[] = [];
    let triggered = false;
    for (const event of events) {
      if (event.kind === 'open') early = [];
      if (!isFrame(event)) continue;
      const { frame } = event;
      if (frame.kind === 'call' && event.origin === 'harness' && INVITES.has(event.action ?? '')) {
        const action = invitedBy(event);
        if (action !== undefined) invited.add(action);
        if (action === 'BootNotification') triggered = true;
      }
      if (frame.kind === 'callresult' && event.origin === 'harness' && event.action === 'BootNotification') {
        const status = at(frame.payload, 'status');
        state = status === 'Pending' || status === 'Rejected' ? status : 'Accepted';
      }
      if (frame.kind !== 'call' || event.origin !== 'sut') continue;
      if (frame.action === 'BootNotification') {
        const ref = legacy ? '4.2' : 'B01.FR.08';
        for (const call of triggered ? [] : early) {
          const message = `${call.action} is sent before the BootNotification of this connection`;
          breaches.push({ blame: 'sut', level: 'SHALL', message, frame: call.n, ref });
        }
        early = [];
        triggered = false;
        continue;
      }
      if (state === 'Pending' || state === 'Rejected') {
        if (state === 'Pending' && invited.has(frame.action)) continue;
        const message = `${frame.action} is sent by a station that is ${state}`;
        breaches.push({ blame: 'sut', level: 'SHALL', message, frame: event.n, ref: refs[state] });
      } else if (opened(events, event)) early.push(event);
    }
    return breaches;
  },
);

/** True where the trace shows how the connection of `frame` began. */
const opened = (events: readonly TraceEvent[], { connection }: TracedFrame): boolean =>
  events.some((event) => event.kind === 'open' && event.connection === connection);

/** Actions whose timestamp is the moment of which they tell. */
const TIMED = new Set([
  'StatusNotification',
  'StartTransaction',
  'StopTransaction',
  'TransactionEvent',
  'NotifyReport',
]);

const timeOfStation: Invariant = ofStation(
  'station-clock',
  'a station that was told the time tells of nothing that is still to come',
  (events, facts) => {
    let told = false;
    return events.filter(isFrame).flatMap((event): Breach[] => {
      const { frame, action = '' } = event;
      if (event.origin === 'harness' && frame.kind === 'callresult' && at(frame.payload, 'currentTime') !== undefined)
        told = true;
      if (!told || frame.kind !== 'call' || event.origin !== 'sut' || !TIMED.has(action)) return [];
      const field = action === 'NotifyReport' ? 'generatedAt' : 'timestamp';
      const text = at(frame.payload, field);
      const ahead = (Date.parse(String(text)) - (facts.startedAt + event.at)) / 1000;
      if (Number.isNaN(ahead) || ahead <= facts.clockToleranceS) return [];
      const message = `${action}: ${field} is ${Math.round(ahead)} s ahead of the time that the CSMS told`;
      const ref = facts.dialect.version === '1.6' ? '4.2' : 'B01.FR.06';
      // 1.6 recommends to take the time over; 2.x leaves the source to the configuration.
      return [{ blame: 'sut', level: 'SHOULD', message, frame: event.n, path: `/${field}`, ref }];
    });
  },
);

export const stationInvariants: readonly Invariant[] = [silentBeforeAccepted, timeOfStation];

/** Orders after which a station goes away and comes back by itself. */
const RESTARTS = new Set(['Reset', 'UpdateFirmware', 'SignedUpdateFirmware', 'CertificateSigned', 'SetNetworkProfile']);

/** Settings that take effect with a new connection. */
const RECONNECTS = /AuthorizationKey|BasicAuthPassword|SecurityProfile|NetworkConfigurationPriority|WebSocketPing/;

/** Gestures that take the network, or the power, away. */
const CUTS = /^hands: (powerCycle|cutNetwork)/;

/** True where something before `close` gave a station a reason to hang up. */
export function hadToGo(events: readonly TraceEvent[], close: TraceEvent): boolean {
  return events.some((event) => {
    if (event.n >= close.n) return false;
    if (event.kind === 'operator') return CUTS.test(event.text);
    if (!isFrame(event) || event.origin !== 'harness') return false;
    if (event.frame.kind === 'call')
      return (
        RESTARTS.has(event.frame.action) || (/^(Change|Set)/.test(event.frame.action) && RECONNECTS.test(event.text))
      );
    // It need not hold the line while it waits (2.x B03.FR.04, 1.6 section 4.2).
    return (
      event.frame.kind === 'callresult' &&
      event.action === 'BootNotification' &&
      at(event.frame.payload, 'status') === 'Rejected'
    );
  });
}
