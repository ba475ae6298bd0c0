/** What a driver has to be told: the key `driver` of plugproof.yaml, or its own file, as programs use it. */
import type { Argv, AuthSettings, OperationSettings } from '../config/config-file.ts';

export const driverNames = ['reference', 'octt-trigger', 'http', 'command', 'steve', 'prompt', 'none'] as const;
export type DriverName = (typeof driverNames)[number];

export const actuatorNames = ['reference', 'sut-api', 'http', 'command', 'prompt', 'none'] as const;
export type ActuatorName = (typeof actuatorNames)[number];

export interface HandsSettings {
  /** Base address of the control API, without a slash at its end. */
  readonly url?: string;
  readonly auth?: AuthSettings;
  readonly headers?: Readonly<Record<string, string>>;
  readonly command?: Argv;
  readonly env?: Readonly<Record<string, string>>;
  /** Milliseconds for one request or one run of the program. */
  readonly timeoutMs: number;
  /** Folder in which programs run: that of the file that names them. */
  readonly dir: string;
}

export interface DriverSettings extends HandsSettings {
  readonly name: DriverName;
  readonly verbatim?: boolean;
  /** By `Action`, `Action@VERSION`, or `*`. */
  readonly operations: Readonly<Record<string, OperationSettings>>;
  readonly createToken?: OperationSettings;
  readonly setPassword?: OperationSettings;
  readonly setSiteLimit?: OperationSettings;
}

export interface ActuatorSettings extends HandsSettings {
  readonly name: ActuatorName;
  readonly gestures: Readonly<Record<string, OperationSettings>>;
}

/** The operation for an action: that of the version, else that of the action, else the one for all. */
export function operationFor(
  operations: DriverSettings['operations'],
  version: string,
  action: string,
): OperationSettings | undefined {
  const name = [`${action}@${version}`, action, '*'].find((known) => Object.hasOwn(operations, known));
  return name === undefined ? undefined : operations[name];
}
