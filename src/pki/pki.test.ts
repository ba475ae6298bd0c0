/** The authority, the set, and the folder, judged by Node's own reader of certificates. */
import { X509Certificate } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { Authority, makeCsr, readCsr } from './authority.ts';
import { readAuthority, writeSet } from './folder.ts';
import { makeSet, type SetEntry } from './set.ts';

const NOW = Date.UTC(2026, 5, 1);

describe('the throwaway authority', () => {
  it('issues a certificate of its own for a server, by name and by address', async () => {
    const ca = await Authority.create({ name: 'root', organization: 'us', now: NOW });
    const { cert, key } = await ca.issue({ commonName: 'a.example', hosts: ['a.example', '10.0.0.1'], use: 'server' });
    const read = new X509Certificate(cert);
    expect(read.verify(new X509Certificate(ca.cert).publicKey)).to.equal(true);
    expect(read.checkHost('a.example')).to.equal('a.example');
    expect(read.checkIP('10.0.0.1')).to.equal('10.0.0.1');
    expect(read.checkHost('b.example')).to.equal(undefined);
    expect(read.ca).to.equal(false);
    expect(new X509Certificate(ca.cert).ca).to.equal(true);
    expect(key).to.match(/^-----BEGIN PRIVATE KEY-----/);
  });

  it('signs the key of a request under the name that it asks for', async () => {
    const ca = await Authority.create({ name: 'root', now: NOW });
    const { csr } = await makeCsr('CP01', 'us');
    const read = new X509Certificate(await ca.sign(csr));
    expect(read.subject).to.equal('CN=CP01\nO=us');
    const { publicKey } = await readCsr(csr);
    expect(Buffer.from(publicKey.rawData).equals(read.publicKey.export({ type: 'spki', format: 'der' }))).to.equal(
      true,
    );
  });

  it('signs no request that is broken, or signed with another key', async () => {
    const { csr } = await makeCsr('CP01');
    const body = Buffer.from(csr.replace(/-----.*-----|\s/g, ''), 'base64');
    const name = body.indexOf('CP01');
    body.write('CP02', name);
    const tampered = `-----BEGIN CERTIFICATE REQUEST-----\n${body.toString('base64')}\n-----END CERTIFICATE REQUEST-----`;
    for (const bad of ['', 'no request', tampered]) {
      const cause = await readCsr(bad).catch((thrown: unknown) => thrown);
      expect(cause, bad.slice(0, 20)).to.be.instanceOf(Error);
    }
  });

  it('goes on with an authority that was made before', async () => {
    const ca = await Authority.create({ name: 'root', now: NOW });
    const again = Authority.from(ca, NOW);
    const { cert } = await again.issue({ commonName: 'CP01', use: 'client' });
    expect(new X509Certificate(cert).checkIssued(new X509Certificate(ca.cert))).to.equal(true);
  });
});

describe('the set of certificates', () => {
  let set: ReadonlyMap<string, SetEntry>;
  before(async () => {
    const entries = await makeSet({ hosts: ['csms.example'], ids: ['CP01', 'CP02'], now: NOW });
    set = new Map(entries.map((entry) => [entry.name, entry]));
  });
  const read = (name: string) => new X509Certificate(set.get(name)?.cert ?? '');
  const signedBy = (name: string, root: string) => read(name).verify(read(root).publicKey);
  const validAt = ({ validFrom, validTo }: X509Certificate) =>
    Date.parse(validFrom) <= NOW && NOW <= Date.parse(validTo);

  it('has good ones: signed by the root, valid, of the operator', () => {
    for (const name of ['csms', 'csms-rsa', 'stations/CP01', 'stations/CP02']) {
      expect(signedBy(name, 'ca'), name).to.equal(true);
      expect(validAt(read(name)), name).to.equal(true);
      expect(read(name).subject, name).to.include('O=plugproof');
    }
    expect(read('stations/CP02').subject).to.include('CN=CP02');
    expect(read('csms-rsa').publicKey.asymmetricKeyDetails?.modulusLength).to.equal(2048);
    expect(signedBy('firmware-signing', 'manufacturer-ca')).to.equal(true);
  });

  it('has bad ones, each wrong in one way', () => {
    for (const name of [
      'bad/csms-expired',
      'bad/station-expired',
      'bad/csms-not-yet-valid',
      'bad/station-not-yet-valid',
    ]) {
      expect(validAt(read(name)), name).to.equal(false);
      expect(signedBy(name, 'ca'), name).to.equal(true);
    }
    for (const name of [
      'bad/csms-other-ca',
      'bad/station-other-ca',
      'bad/csms-self-signed',
      'bad/station-self-signed',
    ]) {
      expect(signedBy(name, 'ca'), name).to.equal(false);
      expect(validAt(read(name)), name).to.equal(true);
    }
    expect(read('bad/csms-other-host').checkHost('csms.example')).to.equal(undefined);
    expect(read('bad/station-other-organization').subject).to.not.include('plugproof');
    expect(read('bad/station-no-organization').subject).to.equal('CN=CP01');
    expect(read('bad/station-weak-key').publicKey.asymmetricKeyDetails?.modulusLength).to.equal(1024);
  });

  it('lies in a folder with keys that only its owner reads, and with a README that names each file', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'plugproof-pki-'));
    try {
      const entries = await writeSet(folder, { hosts: ['localhost'], ids: ['CP01'], now: NOW });
      const text = readFileSync(join(folder, 'README.md'), 'utf8');
      for (const { name, cert } of entries) {
        expect(readFileSync(join(folder, `${name}.pem`), 'utf8').trim()).to.equal(cert.trim());
        expect(statSync(join(folder, `${name}.key`)).mode & 0o777, name).to.equal(0o600);
        expect(text).to.include(`\`${name}\``);
      }
      expect(readAuthority(folder)?.cert.trim()).to.equal(entries[0]?.cert.trim());
      expect(readAuthority(join(folder, 'stations'))).to.equal(undefined);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});
