/** For the tests beside it, none of its own: a folder with files in it, taken away at the end, and a run through the configuration. */
// biome-ignore-all lint/suspicious/noTemplateCurlyInString: a file under test has variables
import { createPrivateKey } from 'node:crypto';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import type { Role } from '../../dialects/dialect.ts';
import { selfSigned } from '../../pki/authority.ts';
import type { Flags } from './flags.ts';
import { loadConfig } from './load-config.ts';
import { resolveSettings, type Settings } from './settings.ts';

export interface Fixture {
  readonly dir: string;
  /** Writes a file, with its folders. @returns its path */
  write(name: string, text: string): string;
  remove(): void;
}

/** A folder that is a repository of its own, so that no configuration around it is found. */
export function makeFixture(): Fixture {
  const dir = mkdtempSync(join(tmpdir(), 'plugproof-'));
  mkdirSync(join(dir, '.git'));
  return {
    dir,
    write(name, text) {
      const path = join(dir, name);
      mkdirSync(dirname(path), { recursive: true });
      writeFileSync(path, text);
      return path;
    },
    remove: () => rmSync(dir, { recursive: true, force: true }),
  };
}

/** The message of the UsageError that `work` throws; what else comes of it is thrown. */
export function usageMessage(work: () => unknown): string {
  try {
    work();
  } catch (cause) {
    if (cause instanceof Error && cause.name === 'UsageError') return cause.message;
    throw cause;
  }
  throw new Error('nothing was wrong');
}

/** Lines with the indentation of the first one taken away. */
export function lines(text: string): string {
  const rows = text
    .replace(/^\n/, '')
    .replace(/\n\s*$/, '')
    .split('\n');
  const indent = /^ */.exec(rows[0] ?? '')?.[0].length ?? 0;
  return rows.map((row) => row.slice(indent)).join('\n');
}

export const { cert: CERT, key: KEY } = await selfSigned({ commonName: 'CP01', use: 'client' }, Date.now());
const { key: OTHER_KEY } = await selfSigned({ commonName: 'CP02', use: 'client' }, Date.now());
/** What the environment of the tests holds. */
export const variables = { PW: 'correct-horse-battery', EMPTY: '', JOBS: '7', STRICT: 'true', NAME: 'a: 1\nb: 2' };

const FILES = {
  'ca.pem': CERT,
  'cert.pem': CERT,
  'key.pem': KEY,
  'other-key.pem': OTHER_KEY,
  'locked-key.pem': createPrivateKey(KEY)
    .export({ type: 'pkcs8', format: 'pem', cipher: 'aes-256-cbc', passphrase: 'x' })
    .toString(),
  'torn.pem': CERT.slice(0, -40),
  'damaged.pem': '-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----\n',
  'damaged-key.pem': '-----BEGIN PRIVATE KEY-----\nMIIE\n-----END PRIVATE KEY-----\n',
  'note.txt': 'hello',
  'steve.yaml': 'name: steve\nurl: http://localhost:8180/steve/\nauth: { user: admin, password: "${PW}" }\n',
  'broken.yaml': 'name: stev\nurl: ftp://x\n',
};

/** A folder with the files that the tables name. */
export function configFixture(): Fixture {
  const fixture = makeFixture();
  for (const [name, content] of Object.entries(FILES)) fixture.write(name, content);
  return fixture;
}

/** What `yaml` as plugproof.yaml and `flags` come to. */
export function settingsOf(fixture: Fixture, yaml: string, flags: Flags = {}, role: Role = 'csms'): Settings {
  fixture.write('plugproof.yaml', yaml);
  const env = { cwd: fixture.dir, variables };
  return resolveSettings(role, loadConfig(env), flags, env);
}
