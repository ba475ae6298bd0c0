/** The hands on a CSMS under test: a driver makes it send a CALL, and is never believed. */
import type { OcppVersion } from '../../dialects/dialect.ts';

export interface DriverRequest {
  readonly station: string;
  readonly version: OcppVersion;
  readonly action: string;
  readonly payload: Readonly<Record<string, unknown>>;
}

export interface DriverAnswer {
  /** True where the SUT itself said that it sent the CALL (its own API); false for a program's or a person's word. */
  readonly confirmed: boolean;
  /** What the SUT says that the station answered. */
  readonly response?: unknown;
  readonly detail?: string;
}

export interface TokenRequest {
  readonly idToken: string;
  readonly type: string;
  /** 2.x AuthorizationStatusEnumType. */
  readonly status: string;
  readonly groupId?: string;
  readonly version: OcppVersion;
}

export interface SiteLimitRequest {
  /** Amperes per phase. */
  readonly amperes: number;
  readonly stations: readonly string[];
}

export interface Driver {
  readonly name: string;
  /** True where the payload of the CALL is exactly what was asked for. */
  readonly verbatim: boolean;
  /** Can it ask for this at all? */
  can(version: OcppVersion, action: string): boolean;
  /** Makes the CSMS send `action` to the station. @throws DriverError */
  perform(request: DriverRequest, signal: AbortSignal): Promise<DriverAnswer>;
  /** Makes the CSMS know a token. @throws DriverError */
  createToken?(token: TokenRequest, signal: AbortSignal): Promise<void>;
  /** Makes the CSMS expect another password of a station. @throws DriverError */
  setPassword?(station: string, password: string, signal: AbortSignal): Promise<void>;
  /** Tells the CSMS what stations at one connection to the grid are to share. @throws DriverError */
  setSiteLimit?(limit: SiteLimitRequest, signal: AbortSignal): Promise<void>;
  /** Top-level fields that the CSMS chooses or leaves out itself, where the driver is not verbatim. */
  chooses?(version: OcppVersion, action: string): readonly string[];
  close(): Promise<void>;
}

export type DriverErrorKind = 'unsupported' | 'not-connected' | 'refused' | 'unreachable' | 'busy';

/** The driver could not act: never a fault of the SUT. */
export class DriverError extends Error {
  override readonly name = 'DriverError';
  readonly kind: DriverErrorKind;

  constructor(kind: DriverErrorKind, message: string) {
    super(message);
    this.kind = kind;
  }
}
