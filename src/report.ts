/** The report of a run: the one thing that reporters read. Its JSON form is `report.json` (`plugproof schema report`). */
import type { OcppVersion, Role } from './dialects/dialect.ts';
import type { FrameKind } from './ocppj/frame.ts';

/** From best to worst is not the order here: see `worst` in judge/verdict.ts. */
export const verdicts = ['pass', 'warn', 'fail', 'inconclusive', 'notApplicable', 'error'] as const;
export type Verdict = (typeof verdicts)[number];

/** Force of a requirement: a broken SHOULD is a warning, unless the run is strict. */
export type Level = 'SHALL' | 'SHOULD' | 'MAY';

/** Whose doing a broken invariant is. */
export type Origin = 'sut' | 'harness';

export interface Report {
  readonly format: 'plugproof-report';
  readonly formatVersion: 1;
  /** True where the run was stopped before its end: what is here is right, more was planned. */
  readonly partial: boolean;
  readonly run: RunFacts;
  readonly sut: SutFacts;
  readonly summary: Summary;
  readonly cases: readonly CaseReport[];
  /** Of the suite security/exposed. */
  readonly grade: Grade | null;
  /** Of a load run. */
  readonly load: LoadReport | null;
}

export interface RunFacts {
  readonly id: string;
  /** As typed, less the options: `test csms`. */
  readonly command: string;
  /** RFC 3339. */
  readonly startedAt: string;
  readonly durationMs: number;
  readonly seed: number;
  /** Version of plugproof. */
  readonly version: string;
  /** With secrets redacted. */
  readonly argv: readonly string[];
  /** Cases that the plan held; more than there are in `cases` when the run is partial. */
  readonly planned: number;
  /** Things a reader must know before he believes the numbers, such as "no driver: 31 cases could not be judged". */
  readonly notes: readonly string[];
}

export interface SutFacts {
  readonly role: Role;
  readonly ocpp: readonly OcppVersion[];
  /** Endpoint of a CSMS, or the address on which a station is awaited. */
  readonly url: string;
  readonly securityProfile: number;
  readonly features: readonly string[];
  /** What the SUT said of itself: vendor, model, firmware. */
  readonly about?: Readonly<Record<string, string>>;
}

export type Summary = Readonly<Record<Verdict | 'known' | 'stale', number>>;

export interface CaseReport {
  readonly id: string;
  readonly ocpp: OcppVersion;
  /** Id of the official certification case, where there is one. */
  readonly octt?: string;
  readonly title: string;
  /** Suite, the first segments of the id: `csms/provisioning`. */
  readonly suite: string;
  /** Functional block as the version names it. */
  readonly block: string;
  readonly verdict: Verdict;
  /** What the baseline says of it: a known failure, or one that should be struck from the list. */
  readonly baseline?: { readonly status: 'known' | 'stale'; readonly reason: string; readonly at: string };
  readonly durationMs: number;
  /** Station identity that the case used. */
  readonly identity: string;
  /** One sentence, where the verdict is not pass. */
  readonly reason?: string;
  /** Where the verdict is `error`: whose it is. */
  readonly cause?: 'unreachable' | 'defect';
  /** A command that runs this case alone again. */
  readonly replay: string;
  readonly checks: readonly CheckReport[];
  readonly invariants: readonly InvariantReport[];
  readonly trace: readonly TraceEntry[];
  /** What the case shows as curves over time: charging limits, and what was metered under them. */
  readonly charts?: readonly ChartReport[];
}

export interface ChartReport {
  readonly title: string;
  /** Of the values: A, W. */
  readonly unit: string;
  /** RFC 3339: second 0. */
  readonly start: string;
  readonly durationS: number;
  readonly curves: readonly Curve[];
}

export interface Curve {
  readonly name: string;
  /** `steps` hold their value until the next point, `points` are measured at their moment. */
  readonly kind: 'steps' | 'points';
  /** Seconds from the start, and the value; null where there is none. */
  readonly points: readonly (readonly [second: number, value: number | null])[];
}

export interface CheckReport {
  readonly id: string;
  /** Requirement id (2.x), section (1.6), or field. */
  readonly ref: string;
  readonly level: Level;
  readonly says: string;
  readonly verdict: Verdict;
  /** In words or JSON, where the check did not pass. */
  readonly expected?: string;
  readonly actual?: string;
  /** The assertion's sentence, or why the check was never reached. */
  readonly message?: string;
  /** `n` of the trace entry that decided it, where one did. */
  readonly frame?: number;
}

export interface InvariantReport {
  readonly id: string;
  readonly verdict: Verdict;
  readonly blame: Origin;
  readonly message: string;
  /** `n` of the trace entry. */
  readonly frame: number;
  /** JSON pointer into the frame's payload, where one field is at fault. */
  readonly path?: string;
  /** Requirement, where one is broken. */
  readonly ref?: string;
}

/** One line of evidence. */
export interface TraceEntry {
  readonly n: number;
  /** Milliseconds since the case began. */
  readonly at: number;
  readonly origin: Origin;
  /** A frame, or what happened around frames. */
  readonly kind: FrameKind | 'open' | 'refused' | 'close' | 'operator' | 'note';
  /** The frame as it stood on the wire; for the others one sentence. */
  readonly text: string;
  /** Action of the frame; for an answer that of the CALL it answers. */
  readonly action?: string;
  /** Which connection of the case, from 1: a case may open several. */
  readonly connection?: number;
  /** `n` of the CALL that this answers. */
  readonly answers?: number;
  /** Sent wrong on purpose. */
  readonly deliberate?: true;
}

export interface Grade {
  readonly value: string;
  readonly reasons: readonly { readonly case: string; readonly says: string }[];
}

export interface LoadReport {
  readonly engine: 'node' | 'k6';
  readonly stations: number;
  readonly metrics: Readonly<Record<string, MetricReport>>;
  readonly thresholds: readonly {
    readonly metric: string;
    readonly expr: string;
    readonly ok: boolean;
    readonly actual: number | null;
  }[];
  readonly series: readonly { readonly at: number; readonly values: Readonly<Record<string, number>> }[];
  readonly generator: {
    readonly workers: number;
    readonly cpuSeconds: number;
    readonly maxRssBytes: number;
    readonly latenessP99Ms: number;
    readonly saturated: boolean;
  };
}

export interface MetricReport {
  readonly type: 'counter' | 'gauge' | 'rate' | 'trend';
  readonly values: Readonly<Record<string, number>>;
  readonly byTag: Readonly<Record<string, Readonly<Record<string, number>>>>;
}
