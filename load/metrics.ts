/** The metrics of a load run: their names, types and tags, the same on both engines. */
import type { MetricReport } from '../src/report.ts';

export type MetricType = MetricReport['type'];
export type Tag = 'action' | 'direction' | 'code';

interface MetricFacts {
  readonly type: MetricType;
  /** Tags that its series carry. */
  readonly tags: readonly Tag[];
  /** One sentence, for help texts and for Prometheus. */
  readonly says: string;
}

export const metricFacts = {
  ocpp_calls: { type: 'counter', tags: ['action', 'direction'], says: 'CALLs that stations sent' },
  ocpp_call_errors: {
    type: 'rate',
    tags: ['action', 'direction', 'code'],
    says: 'CALLERRORs among the answers to CALLs of stations',
  },
  ocpp_call_latency: {
    type: 'trend',
    tags: ['action', 'direction'],
    says: 'milliseconds from the moment a CALL was due to its answer',
  },
  ocpp_call_service_time: {
    type: 'trend',
    tags: ['action', 'direction'],
    says: 'milliseconds from the moment a CALL was sent to its answer',
  },
  ocpp_calls_unanswered: {
    type: 'counter',
    tags: ['action', 'direction'],
    says: 'CALLs without an answer in time or before the close',
  },
  ocpp_dropped_calls: {
    type: 'counter',
    tags: ['action', 'direction'],
    says: 'CALLs that were due and could not be sent',
  },
  ocpp_answers_unexpected: { type: 'counter', tags: [], says: 'second answers and answers to no CALL' },
  ocpp_answers_late: {
    type: 'counter',
    tags: [],
    says: 'answers to CALLs that were counted as unanswered before',
  },
  ocpp_frames_unreadable: { type: 'counter', tags: [], says: 'messages of the CSMS that are no OCPP-J frame' },
  ocpp_calls_received: { type: 'counter', tags: ['action', 'direction'], says: 'CALLs that the CSMS sent' },
  ocpp_connects: { type: 'counter', tags: [], says: 'WebSockets that opened' },
  ocpp_connect_errors: { type: 'counter', tags: ['code'], says: 'WebSockets that did not open, by reason' },
  ocpp_connect_time: { type: 'trend', tags: [], says: 'milliseconds from dialling to the 101' },
  ocpp_boot_to_accepted: {
    type: 'trend',
    tags: [],
    says: 'milliseconds from the open WebSocket to the accepted BootNotification',
  },
  ocpp_stations: { type: 'gauge', tags: [], says: 'stations that are connected' },
  ocpp_sessions_lost: { type: 'counter', tags: ['code'], says: 'connections that ended and were not ended by us' },
  ocpp_frames_validated: {
    type: 'counter',
    tags: ['action'],
    says: 'frames of the CSMS that were compared with the schemas',
  },
  ocpp_schema_violations: { type: 'counter', tags: ['action'], says: 'of these, the frames that break a schema' },
  ocpp_frames_judged: {
    type: 'counter',
    tags: [],
    says: 'frames of the CSMS in the conversations that were judged by the invariants',
  },
  ocpp_invariant_breaches: {
    type: 'counter',
    tags: ['code'],
    says: 'places in these conversations where the CSMS breaks an invariant, by invariant',
  },
  ocpp_command_latency: {
    type: 'trend',
    tags: ['action'],
    says: 'milliseconds from a control request to the CALL at the station',
  },
  ocpp_capacity: {
    type: 'gauge',
    tags: [],
    says: 'calls a second at which all thresholds held; max: the lowest rate at which one broke',
  },
  ocpp_transactions_started: { type: 'counter', tags: [], says: 'transactions whose start the CSMS took' },
  ocpp_transactions_ended: { type: 'counter', tags: [], says: 'transactions whose end the CSMS took' },
  ocpp_energy: {
    type: 'counter',
    tags: [],
    says: 'Wh by the meters of the transactions that were started and ended (1.6)',
  },
  ocpp_latency_drift: {
    type: 'gauge',
    tags: [],
    says: 'median latency of the last quarter of the load, as a multiple of that of the first',
  },
  ocpp_commands_lost: {
    type: 'counter',
    tags: [],
    says: 'control requests that were taken, and whose CALL no station ever heard',
  },
  http_reqs: { type: 'counter', tags: [], says: 'requests to the control API of the CSMS' },
  http_req_failed: { type: 'counter', tags: ['code'], says: 'of these, the ones that were not taken, by status' },
  http_req_duration: { type: 'trend', tags: [], says: 'milliseconds from a control request to its HTTP answer' },
  dropped_iterations: {
    type: 'counter',
    tags: [],
    says: 'arrivals that came to nothing: no free EVSE for a session, or a generator too late',
  },
  generator_lateness: {
    type: 'trend',
    tags: ['action'],
    says: 'milliseconds by which the generator itself was late: to connect, and to do what fell due',
  },
  generator_event_loop_delay: {
    type: 'gauge',
    tags: [],
    says: 'milliseconds by which the event loop was late, 99th percentile of a second, of the worst worker',
  },
  generator_cpu: { type: 'gauge', tags: [], says: 'share of its time in which the busiest worker computed' },
} as const satisfies Readonly<Record<string, MetricFacts>>;

export type MetricName = keyof typeof metricFacts;
export const metricNames = Object.keys(metricFacts) as readonly MetricName[];

export const factsOf = (name: MetricName): MetricFacts => metricFacts[name];

/** Left out of the report where no operator was at work. */
export const operatorMetrics: ReadonlySet<MetricName> = new Set(['ocpp_commands_lost', 'http_reqs', 'http_req_failed']);

/** Values of the tag `action` of `generator_lateness`: dials of the ramp, and arrivals of scenarios. */
export const LATE = { connect: 'connect', arrival: 'arrival' } as const;

/** Every series that we record is about what stations sent, but for `ocpp_calls_received`. */
export const directionOf = (name: MetricName): string => (name === 'ocpp_calls_received' ? 'received' : 'sent');
