/** A set of certificates as a folder: `plugproof pki DIR`, and what `plugproof serve csms --pki DIR` reads. */
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { type Issued, serialsIn } from './authority.ts';
import { makeSet, type SetEntry, type SetOptions } from './set.ts';

/** Keys are read by nobody else. */
const PRIVATE = 0o600;

/** Writes a set, with a README that says what each file is. @throws the system's error where it can't be written */
export async function writeSet(folder: string, options: SetOptions): Promise<readonly SetEntry[]> {
  const entries = await makeSet(options);
  for (const { name, cert, key, beside = {} } of entries) {
    const file = join(folder, name);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(`${file}.pem`, ended(cert));
    writeFileSync(`${file}.key`, ended(key), { mode: PRIVATE });
    for (const [path, content] of Object.entries(beside)) writeFileSync(join(folder, path), content);
  }
  writeFileSync(join(folder, 'README.md'), readme(entries, options));
  return entries;
}

/** The authority of a folder; undefined where there is none yet. */
export function readAuthority(folder: string): Issued | undefined {
  const [cert, key] = [join(folder, 'ca.pem'), join(folder, 'ca.key')];
  if (!existsSync(cert) || !existsSync(key)) return undefined;
  return { cert: readFileSync(cert, 'utf8'), key: readFileSync(key, 'utf8') };
}

/** Serial numbers of certificates that the authority of a folder has revoked, in lower case. @throws Error where its list is none */
export function readRevoked(folder: string): readonly string[] {
  const file = join(folder, 'crl.pem');
  return existsSync(file) ? serialsIn(readFileSync(file, 'utf8')) : [];
}

const ended = (text: string) => (text.endsWith('\n') ? text : `${text}\n`);

function readme(entries: readonly SetEntry[], { hosts, ids }: SetOptions): string {
  const [id = 'CP01'] = ids;
  const [host = 'localhost'] = hosts;
  return `# Certificates for tests

Made by \`plugproof pki\`, to be thrown away. The keys lie here in the open: trust none of this outside of a test.
Each name stands for two files, \`NAME.pem\` (certificate) and \`NAME.key\` (key, PKCS #8).

| name | what it is |
|---|---|
${entries.map(({ name, says }) => `| \`${name}\` | ${says} |`).join('\n')}

## A CSMS under test

Let it show \`csms.pem\` and \`csms-rsa.pem\` (for ${hosts.join(', ')}), and trust \`ca.pem\` for stations. Then, from this folder:

    plugproof test csms --url wss://${host}:8443/ocpp --ocpp 2.0.1 --security-profile 3 \\
      --id ${id} --ca ca.pem --cert stations/${id}.pem --key stations/${id}.key

## A station under test

Let it trust \`ca.pem\` and show \`stations/${id}.pem\`; plugproof shows \`csms.pem\`:

    plugproof test station --listen 8443 --ocpp 2.0.1 --security-profile 3 --id ${id} --ca ca.pem --cert csms.pem --key csms.key
`;
}
