/** A workload: stations, how they come, and what falls due; as data, and as its YAML file has it. */
import type { MetricName } from './metrics.ts';
import type { CommandName } from './operator/commands.ts';

export const executors = [
  'constant-arrival-rate',
  'ramping-arrival-rate',
  'per-vu-iterations',
  'search-arrival-rate',
] as const;

/** What happens at an arrival. */
export const activities = [
  'heartbeat',
  'meterValues',
  'authorize',
  'dataTransfer',
  'session',
  'disconnect',
  'powerCycle',
  'command',
] as const;
export type Activity = (typeof activities)[number];

/** Activities that are one CALL, and nothing but it: a rate of them is a rate of CALLs. */
export const actionsOf: Readonly<Partial<Record<Activity, string>>> = {
  heartbeat: 'Heartbeat',
  meterValues: 'MeterValues',
  authorize: 'Authorize',
  dataTransfer: 'DataTransfer',
};

interface ScenarioBase {
  readonly name: string;
  readonly exec: Activity;
  /** From the end of the ramp. */
  readonly startMs: number;
  /** For `session`: how long the cable stays in. */
  readonly holdMs: number;
  /** For `authorize` and `session`: idTokens, in turn. */
  readonly tokens: readonly string[];
  /** For `command`: what the operator asks for, in turn. */
  readonly commands?: readonly CommandName[];
  /** Stations that take part; undefined: all of them. */
  readonly among?: Among;
}

/** Some of the stations, by their place among all, from 0. */
export interface Among {
  readonly first: number;
  readonly count: number;
}

/** Rates are arrivals a second over all stations. */
export type Scenario = ScenarioBase &
  (
    | { readonly executor: 'constant-arrival-rate'; readonly rate: number; readonly durationMs: number }
    | {
        readonly executor: 'ramping-arrival-rate';
        readonly startRate: number;
        readonly stages: readonly { readonly durationMs: number; readonly target: number }[];
      }
    | { readonly executor: 'per-vu-iterations'; readonly iterations: number; readonly overMs: number }
  );

/** The search for the highest rate at which the thresholds hold. */
export interface Search extends ScenarioBase {
  readonly startRate: number;
  readonly maxRate: number;
  /** Milliseconds at each rate. */
  readonly stepMs: number;
  /** The search ends when what holds and what breaks are this share apart. */
  readonly precision: number;
}

export interface Threshold {
  readonly metric: MetricName;
  /** As it was written: `ocpp_calls{action:Heartbeat}`. */
  readonly selector: string;
  readonly filter: Readonly<Partial<Record<'action' | 'direction' | 'code', string>>>;
  /** As it was written: `p(99)<500`. */
  readonly expr: string;
  readonly statistic: string;
  readonly operator: '<' | '<=' | '>' | '>=' | '==' | '!=';
  readonly value: number;
}

export interface Workload {
  readonly name: string;
  readonly says: string;
  readonly stations: number;
  /** Stations, the first of all, whose whole conversation is judged by the invariants; default: none. */
  readonly judged?: number;
  readonly rampMs: number;
  /** Of the scenarios, after the ramp. */
  readonly durationMs: number;
  /** How long answers are awaited, and what is in line is sent, after that. */
  readonly gracefulStopMs: number;
  readonly station: { readonly evses: number; readonly configuration: Readonly<Record<string, string>> };
  readonly scenarios: readonly Scenario[];
  readonly search?: Search;
  readonly thresholds: readonly Threshold[];
}
