/** What a worker is told before it starts: plain data, so that it can go to another thread. */
import type { OcppVersion } from '../../src/dialects/dialect.ts';
import type { Scenario } from '../workload.ts';

/** How a charger of the fleet is built. */
export interface StationBuild {
  readonly evses: number;
  readonly vendorName: string;
  readonly model: string;
  /** Configuration keys (1.6) or `Component.Variable` (2.x), for all versions together. */
  readonly configuration: Readonly<Record<string, string>>;
  /** Messages of the workload stand in for a station's own Heartbeats. */
  readonly sparesHeartbeats: boolean;
}

export interface StationPlan {
  readonly identity: string;
  readonly version: OcppVersion;
  /** Address of this machine to dial from; default: whichever the system takes. */
  readonly source?: string;
  /** Base64 of `identity:password`. */
  readonly basic?: string;
  /** Index into `certificates`. */
  readonly certificate?: number;
}

export interface FleetPlan {
  /** Endpoint without the identity. */
  readonly url: string;
  readonly stations: readonly StationPlan[];
  /** PEM. */
  readonly certificates: readonly { readonly cert: string; readonly key: string }[];
  readonly ca?: string;
  readonly build: StationBuild;
  readonly timeoutMs: number;
  readonly seed: number;
  /** CALLs of the CSMS are told one by one: an operator is at work. */
  readonly hears: boolean;
  /** Conversations of so many stations, the first of all, are taken down whole; default: none. */
  readonly judged?: number;
  /** Stations of all workers together; this one has every `workers`-th, from its own number on. */
  readonly total: number;
  readonly workers: number;
  readonly worker: number;
}

/** Index of a station of this worker → its index over all workers. */
export const globalIndex = ({ workers, worker }: FleetPlan, local: number): number => worker + local * workers;

/** A scenario with the moment at which it starts, in epoch milliseconds with a fraction: the one scale that threads share. */
export interface ScenarioOrder {
  readonly scenario: Scenario;
  readonly startAtEpoch: number;
}
