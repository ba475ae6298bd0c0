/** plugproof.yaml as its schema lets it through: texts that look like numbers are texts here. */
import type { FileKind, TokenKind } from '../system-under-test.ts';

type OneOrMore<T> = T | readonly T[];

export interface ConfigFile {
  readonly sut?: {
    readonly role?: 'csms' | 'station';
    readonly url?: string;
    readonly listen?: string;
    readonly ocpp?: OneOrMore<string>;
    readonly features?: OneOrMore<string>;
    readonly without?: OneOrMore<string>;
    readonly tokens?: Partial<Readonly<Record<TokenKind, TokenEntry>>>;
    readonly stations?: { readonly pending?: string; readonly rejected?: string; readonly spare?: OneOrMore<string> };
    readonly endpoints?: readonly EndpointEntry[];
    readonly siteLimit?: { readonly amperes: number; readonly period?: string; readonly reaction?: string };
    readonly queued?: number;
    readonly files?: Partial<Readonly<Record<FileKind, string>>>;
    readonly clockTolerance?: string;
  };
  readonly ids?: string | readonly IdentityEntry[];
  readonly security?: {
    readonly profile?: OneOrMore<number>;
    readonly password?: string;
    readonly ca?: string;
    readonly cert?: string;
    readonly key?: string;
    readonly caKey?: string;
    readonly clientCa?: string;
    readonly clientCaKey?: string;
    readonly publicCert?: string;
    readonly publicKey?: string;
    readonly authorityAt?: string;
    readonly revoked?: readonly { readonly cert: string; readonly key: string }[];
    readonly edition?: string;
  };
  readonly station?: { readonly vendorName?: string; readonly model?: string; readonly serialNumber?: string };
  readonly driver?: string | DriverFile;
  readonly actuator?: string | ActuatorFile;
  readonly cases?: OneOrMore<string>;
  readonly suites?: OneOrMore<string>;
  readonly skip?: OneOrMore<string>;
  readonly profiles?: OneOrMore<string>;
  readonly jobs?: number;
  readonly strict?: boolean;
  readonly sample?: string | number;
  readonly iOwnThisSystem?: boolean;
  readonly baseline?: string;
  readonly seed?: number;
  readonly timeout?: string;
  readonly schemas?: string;
  readonly out?: string;
  readonly report?: OneOrMore<string>;
}

/** Another address of a CSMS. */
export interface EndpointEntry {
  readonly url: string;
  readonly profile?: number;
}

export type TokenEntry = string | { readonly idToken: string; readonly type?: string; readonly groupId?: string };
export type IdentityEntry =
  | string
  | { readonly id: string; readonly password?: string; readonly cert?: string; readonly key?: string };

/** How a control API is told who asks. */
export interface AuthSettings {
  readonly user?: string;
  readonly password?: string;
  readonly bearer?: string;
}

/** A program and its arguments. */
export type Argv = readonly string[];

/** What makes the CSMS send one action, or a charger do one thing. */
export interface OperationSettings {
  /** `POST /path` */
  readonly request?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: unknown;
  readonly form?: Readonly<Record<string, string | boolean>>;
  readonly expect?: number | readonly number[];
  readonly confirms?: boolean;
  readonly response?: string;
  readonly values?: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
  readonly chooses?: readonly string[];
  readonly command?: Argv;
}
export type OperationEntry = string | Argv | OperationSettings;

interface HandsFile {
  readonly url?: string;
  readonly auth?: AuthSettings;
  readonly headers?: Readonly<Record<string, string>>;
  readonly command?: Argv;
  readonly env?: Readonly<Record<string, string>>;
  readonly timeout?: string;
}

/** A driver as a file or the key `driver` describes it. */
export interface DriverFile extends HandsFile {
  readonly name: string;
  readonly verbatim?: boolean;
  readonly operations?: Readonly<Record<string, OperationEntry>>;
  readonly createToken?: OperationEntry;
  readonly setPassword?: OperationEntry;
  readonly setSiteLimit?: OperationEntry;
}

/** An actuator as the key `actuator` describes it. */
export interface ActuatorFile extends HandsFile {
  readonly name: string;
  readonly gestures?: Readonly<Record<string, OperationEntry>>;
}
