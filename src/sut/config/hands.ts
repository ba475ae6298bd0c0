/** Options and plugproof.yaml → settings of the driver or the actuator: a name, a file, or a mapping. */
import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { type OcppVersion, ocppVersions } from '../../dialects/dialect.ts';
import { dialects } from '../../dialects/index.ts';
import { nearest } from '../../nearest.ts';
import {
  type ActuatorName,
  type ActuatorSettings,
  actuatorNames,
  type DriverName,
  type DriverSettings,
  driverNames,
} from '../drivers/settings.ts';
import type { ActuatorFile, DriverFile, OperationEntry, OperationSettings } from './config-file.ts';
import { type Loaded, loadOwn } from './load-config.ts';
import type { Given, Merge } from './merge.ts';
import { suggestion } from './problem.ts';
import { readDuration } from './values.ts';
import type { Path } from './yaml-source.ts';

const DEFAULT_TIMEOUT_MS = 30_000;

/** A driver's mapping with the way to blame a place in it. */
interface Source<T> {
  readonly value: T;
  readonly dir: string;
  blame(path: Path, says: string, fix?: string, part?: 'key' | 'value'): void;
}

/** Settings of the driver; `none` where none is named. */
export function driverSettings(merge: Merge): DriverSettings {
  const { flags, file } = merge;
  const source = find<DriverFile>(
    merge,
    'driver',
    merge.pick('--driver', flags.driver, ['driver'], file.driver),
    driverNames,
  );
  const common = commonOf(merge, source, '--driver-url', flags.driverUrl);
  if (source === undefined) return { name: 'none', operations: {}, ...common };
  const { value } = source;
  const name = value.name as DriverName;
  refuseForeignKeys(source, name);
  const operations = Object.fromEntries(
    Object.entries(value.operations ?? {}).map(([key, entry]) => [key, operationOf(entry)]),
  );
  for (const key of Object.keys(operations)) checkAction(source, key);
  for (const [key, operation] of Object.entries(operations))
    checkOperation(source, name, ['operations', key], operation);
  const createToken = value.createToken === undefined ? undefined : operationOf(value.createToken);
  const setPassword = value.setPassword === undefined ? undefined : operationOf(value.setPassword);
  const setSiteLimit = value.setSiteLimit === undefined ? undefined : operationOf(value.setSiteLimit);
  if (createToken !== undefined) checkOperation(source, name, ['createToken'], createToken);
  if (setPassword !== undefined) checkOperation(source, name, ['setPassword'], setPassword);
  if (setSiteLimit !== undefined) checkOperation(source, name, ['setSiteLimit'], setSiteLimit);
  if (NEEDS_URL.has(name) && common.url === undefined) {
    source.blame(
      [],
      `the driver ${name} has no address`,
      'Add --driver-url URL, or driver.url in plugproof.yaml.',
      'key',
    );
  }
  // Hands that only make tokens known are hands as well.
  const others = [value.createToken, value.setPassword, value.setSiteLimit].some((one) => one !== undefined);
  if (name === 'http' && Object.keys(operations).length === 0 && !others)
    source.blame(
      [],
      'the driver http has no operations',
      'Add operations: a mapping of OCPP actions to requests.',
      'key',
    );
  if (name === 'command' && Object.keys(operations).length === 0 && value.command === undefined && !others) {
    source.blame(
      [],
      'the driver command has no program',
      'Add command: a program with its arguments, or operations with one each.',
      'key',
    );
  }
  return {
    name,
    operations,
    ...common,
    ...(value.verbatim !== undefined && { verbatim: value.verbatim }),
    ...(createToken && { createToken }),
    ...(setPassword && { setPassword }),
    ...(setSiteLimit && { setSiteLimit }),
  };
}

/** Settings of the actuator; `none` where none is named. What gestures there are is the actuator's own affair. */
export function actuatorSettings(merge: Merge): ActuatorSettings {
  const { flags, file } = merge;
  const source = find<ActuatorFile>(
    merge,
    'actuator',
    merge.pick('--actuator', flags.actuator, ['actuator'], file.actuator),
    actuatorNames,
  );
  const common = commonOf(merge, source, '--actuator-url', flags.actuatorUrl);
  if (source === undefined) return { name: 'none', gestures: {}, ...common };
  const { value } = source;
  const gestures = Object.fromEntries(
    Object.entries(value.gestures ?? {}).map(([key, entry]) => [key, operationOf(entry)]),
  );
  return { name: value.name as ActuatorName, gestures, ...common };
}

const NEEDS_URL: ReadonlySet<DriverName> = new Set<DriverName>(['reference', 'octt-trigger', 'http', 'steve']);

/** Keys that only some drivers read; the others would pass over them in silence. */
const READ_BY: Readonly<Partial<Record<keyof DriverFile, readonly DriverName[]>>> = {
  url: ['reference', 'octt-trigger', 'http', 'steve'],
  auth: ['reference', 'octt-trigger', 'http', 'steve'],
  headers: ['reference', 'octt-trigger', 'http'],
  timeout: ['reference', 'octt-trigger', 'http', 'steve', 'command'],
  verbatim: ['http', 'command'],
  operations: ['http', 'command'],
  createToken: ['http', 'command'],
  setPassword: ['http', 'command'],
  setSiteLimit: ['http', 'command'],
  command: ['command'],
  env: ['command'],
};

function refuseForeignKeys(source: Source<DriverFile>, name: DriverName): void {
  for (const key of Object.keys(source.value) as (keyof DriverFile)[]) {
    const readers = READ_BY[key];
    if (readers !== undefined && !readers.includes(name))
      source.blame([key], `the driver ${name} does not read '${key}'`, `It is for: ${readers.join(', ')}.`, 'key');
  }
}

/** The mapping behind a name, a file or a key; undefined where there is none, or where it is wrong and said so. */
function find<T extends { readonly name: string }>(
  merge: Merge,
  kind: 'driver' | 'actuator',
  given: Given<string | T> | undefined,
  names: readonly string[],
): Source<T> | undefined {
  if (given === undefined) return undefined;
  const { value, dir } = given;
  if (typeof value !== 'string') {
    return { value, dir, blame: (path, says, fix, part) => merge.fromFile([kind, ...path], 0).blame(says, fix, part) };
  }
  if (names.includes(value)) {
    // A name alone on the command line takes the rest from the file, where that is about the same one.
    const own = merge.file[kind] as T | string | undefined;
    if (given.name.startsWith('--') && typeof own === 'object' && own.name === value) {
      const { dir: fileDir } = merge.fromFile([kind], 0);
      return {
        value: own,
        dir: fileDir,
        blame: (path, says, fix, part) => merge.fromFile([kind, ...path], 0).blame(says, fix, part),
      };
    }
    return { value: { name: value } as T, dir, blame: (_path, says, fix) => given.blame(says, fix) };
  }
  const path = resolve(dir, value);
  if (!existsSync(path)) {
    given.blame(`there is no ${kind} '${value}', and no file of that name`, suggestion(value, names));
    return undefined;
  }
  if (kind === 'actuator') {
    given.blame('an actuator has no file of its own', 'Write it under the key actuator of plugproof.yaml.');
    return undefined;
  }
  const loaded: Loaded<T> = loadOwn<T>('driver', path, merge.surroundings, given.name);
  return {
    value: loaded.value,
    dir: loaded.dir,
    blame: (at, says, fix, part) => merge.add(loaded.problem(at, says, fix, part)),
  };
}

function commonOf(
  merge: Merge,
  source: Source<DriverFile | ActuatorFile> | undefined,
  flag: string,
  flagUrl: string | undefined,
) {
  const value = source?.value;
  const timeoutMs =
    value?.timeout === undefined
      ? DEFAULT_TIMEOUT_MS
      : (merge.read(
          {
            value: value.timeout,
            name: 'timeout',
            dir: '',
            blame: (says, fix) => source?.blame(['timeout'], says, fix),
          },
          readDuration,
        ) ?? DEFAULT_TIMEOUT_MS);
  const url = flagUrl ?? value?.url;
  const kind = flag === '--driver-url' ? 'driver' : 'actuator';
  if (flagUrl !== undefined && merge.flags[kind] === undefined && merge.file[kind] === undefined) {
    merge.fromFlag(flag, flagUrl).blame(`an address is given, and no ${kind}`, `Add --${kind} NAME.`);
  }
  if (flagUrl !== undefined && !/^https?:\/\//.test(flagUrl))
    merge.fromFlag(flag, flagUrl).blame(`'${flagUrl}' is no web address`, 'Write http://HOST:PORT, or https://.');
  return {
    timeoutMs,
    dir: source?.dir ?? merge.surroundings.cwd,
    ...(url !== undefined && { url: url.replace(/\/+$/, '') }),
    ...(value?.auth && { auth: value.auth }),
    ...(value?.headers && { headers: value.headers }),
    ...(value?.command && { command: value.command }),
    ...(value?.env && { env: value.env }),
  };
}

/** The short forms: a text is a request, a list is a program. */
function operationOf(entry: OperationEntry): OperationSettings {
  if (typeof entry === 'string') return { request: entry };
  return Array.isArray(entry) ? { command: entry } : (entry as OperationSettings);
}

function checkOperation(
  { blame }: Source<DriverFile>,
  name: DriverName,
  path: Path,
  operation: OperationSettings,
): void {
  if (name === 'http' && operation.request === undefined)
    blame(
      path,
      'this operation has no request',
      "Write a method and a path, such as 'POST /stations/{{station}}/reset'.",
    );
  else if (name === 'http' && !REQUEST.test(operation.request ?? ''))
    blame(
      path,
      `'${operation.request}' is no request`,
      "Write a method and a path, such as 'POST /stations/{{station}}/reset'.",
    );
  if (name === 'http' && operation.body !== undefined && operation.form !== undefined)
    blame(path, 'this operation has a body and a form', 'Strike one of them.');
  if (name === 'command' && operation.command === undefined)
    blame(path, 'this operation has no program', 'Write a list: the program and its arguments.');
}

const REQUEST = /^(GET|POST|PUT|PATCH|DELETE) \S+$/;

/** `Reset`, `Reset@1.6`, `*`: an action that a CSMS sends. */
function checkAction({ blame }: Source<DriverFile>, key: string): void {
  if (key === '*') return;
  const [action = '', version] = key.split('@');
  const known = ocppVersions.find((one) => one === version);
  if (version !== undefined && known === undefined) {
    const fix = `Behind the @ stands one of ${ocppVersions.join(', ')}.`;
    blame(['operations', key], `there is no OCPP version '${version}'`, fix, 'key');
    return;
  }
  const there = [...new Set((known === undefined ? ocppVersions : [known]).flatMap(actionsOfCsms))];
  if (there.includes(action)) return;
  const near = nearest(action, there);
  const fix =
    near === undefined ? "Actions are named as in OCPP, such as Reset; '*' stands for all." : `Did you mean '${near}'?`;
  const where = version === undefined ? '' : ` in OCPP ${version}`;
  blame(['operations', key], `no CSMS sends an action '${action}'${where}`, fix, 'key');
}

const actionsOfCsms = (version: OcppVersion): string[] =>
  Object.entries(dialects[version].actions)
    .filter(([, { from }]) => from !== 'station')
    .map(([action]) => action);
