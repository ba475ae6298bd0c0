/** The public libraries on which the counterparts stand: what each speaks, and how its programs are started. */

import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { node } from './program.ts';
import { interopDir, workDir } from './work-dir.ts';

export type OcppVersion = '1.6' | '2.0.1';
export type LibraryName = 'ocpp-rpc' | 'python-ocpp' | 'java-oca';

interface Library {
  versions: readonly OcppVersion[];
  /** A file that is there only after the installation. */
  needs: string;
  /** A program of the library's folder, as a command. */
  command(program: 'csms' | 'charger', args: readonly string[]): string[];
}

const ALL = ['1.6', '2.0.1'] as const;
const java = join(workDir, 'java-oca');
const python = join(workDir, 'python-ocpp', 'venv', 'bin', 'python');

export const libraries: Record<LibraryName, Library> = {
  'ocpp-rpc': {
    versions: ALL,
    needs: join(workDir, 'ocpp-rpc', 'node_modules'),
    command: (program, args) => node(`ocpp-rpc/${program}.ts`, ...args),
  },
  'python-ocpp': {
    versions: ALL,
    needs: python,
    command: (program, args) => [python, '-B', join(interopDir, 'python-ocpp', `${program}.py`), ...args],
  },
  'java-oca': {
    versions: ['1.6'],
    needs: join(java, 'classes'),
    command: (program, args) => [
      'java',
      // With TLS 1.3 the library's handshakes stop half-way now and then.
      '-Djdk.tls.server.protocols=TLSv1.2',
      '-cp',
      [join(java, 'classes'), join(java, 'lib', '*')].join(delimiter),
      { csms: 'Csms', charger: 'Charger' }[program],
      ...args,
    ],
  },
};

/** @throws Error where the library does not speak that version, or is not installed */
export function commandOf(
  name: LibraryName,
  ocpp: OcppVersion,
  program: 'csms' | 'charger',
  args: readonly string[] = [],
): string[] {
  const { versions, needs, command } = libraries[name];
  if (!versions.includes(ocpp)) throw new Error(`${name} does not speak OCPP ${ocpp}`);
  if (!existsSync(needs))
    throw new Error(`${name} is not installed: node --import tsx test/interop/install.ts ${name}`);
  return command(program, ['--ocpp', ocpp, ...args]);
}
