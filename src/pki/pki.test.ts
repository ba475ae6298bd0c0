/** The authority, the set, and the folder, judged by Node's own reader of certificates. */
import { createHash, X509Certificate } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createSecureContext } from 'node:tls';
import { expect } from 'chai';
import { Authority, makeCsr, readCsr, serialsIn } from './authority.ts';
import { desk } from './desk.ts';
import { readAuthority, writeSet } from './folder.ts';
import { hashData } from './hash-data.ts';
import { leadsTo } from './notary.ts';
import { certIdOf, ocspRequest, ocspStatus, readOcsp } from './ocsp.ts';
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

  it('makes certificates that are wrong in the way that was asked for', async () => {
    const { key, cert } = await Authority.create({ name: 'root', key: 'rsa', now: NOW });
    const ca = Authority.from({ key, cert }, NOW);
    const good = { commonName: 'CP01', organization: 'operator', use: 'client' } as const;
    const der = (pem: string) => Buffer.from(new X509Certificate(pem).raw).toString('hex');
    const right = der((await ca.issue(good)).cert);
    expect(right).to.include('2a864886f70d01010b').and.include('0603551d0f');
    expect(der((await ca.issue({ ...good, hash: 'sha1' })).cert)).to.include('2a864886f70d010105');
    expect(der((await ca.issue({ ...good, hash: 'md5' })).cert)).to.include('2a864886f70d010104');
    expect(der((await ca.issue({ ...good, anyUse: true })).cert)).to.not.include('0603551d0f');
    expect(der((await ca.issue({ ...good, ballast: 50_000 })).cert).length).to.be.above(100_000);
    const strange = await Authority.create({ name: 'root', now: NOW });
    expect(await strange.issue({ ...good, hash: 'md5' }).catch((cause: Error) => cause.message)).to.match(/md5/);
  });

  it('is read by others as what it is: names, addresses, dates before and after 2050', async () => {
    const ca = await Authority.create({ name: 'root', now: NOW });
    const hosts = ['csms.example', '127.0.0.1', '::1', '2001:db8::a:1'];
    const until = Date.UTC(2060, 0) - NOW;
    const { cert } = await ca.issue({ commonName: 'Zoë', hosts, use: 'server', until });
    const read = new X509Certificate(cert);
    expect(read.subject).to.equal('CN=Zoë');
    expect(read.subjectAltName).to.equal(
      'DNS:csms.example, IP Address:127.0.0.1, IP Address:0:0:0:0:0:0:0:1, IP Address:2001:DB8:0:0:0:0:A:1',
    );
    expect(Date.parse(read.validTo)).to.equal(Date.UTC(2060, 0));
    expect(read.checkIssued(new X509Certificate(ca.cert))).to.equal(true);
  });

  it('goes on with an authority that was made before', async () => {
    const ca = await Authority.create({ name: 'root', now: NOW });
    const again = Authority.from(ca, NOW);
    const { cert } = await again.issue({ commonName: 'CP01', use: 'client' });
    expect(new X509Certificate(cert).checkIssued(new X509Certificate(ca.cert))).to.equal(true);
  });
});

describe('what an authority says of what it issued', () => {
  it('vouches for what an authority under it issued, where that one is shown', async () => {
    const ca = await Authority.create({ name: 'root', now: NOW });
    const between = await ca.subordinate('between');
    const { cert } = await between.issue({ commonName: 'CP01', use: 'client' });
    expect(leadsTo(cert, [ca.cert])).to.equal(false);
    expect(leadsTo(`${cert}\n${between.cert}`, [ca.cert])).to.equal(true);
    expect(new X509Certificate(between.cert).ca).to.equal(true);
  });

  it('answers by OCSP about one certificate, and says that it was revoked', async () => {
    const ca = await Authority.create({ name: 'root', now: NOW });
    const { cert } = await ca.issue({ commonName: 'CP01', use: 'client' });
    const { serialNumber } = hashData(cert, 'SHA256', ca.cert);
    for (const status of ['good', 'revoked', 'unknown'] as const) {
      const read = readOcsp(ca.ocsp(cert, status));
      expect(read?.successful, status).to.equal(true);
      expect(read?.about(serialNumber), status).to.equal(true);
      expect(read?.about('01'.repeat(16)), status).to.equal(false);
    }
    for (const bad of ['', 'no OCSP', '3003']) expect(readOcsp(Buffer.from(bad)), bad).to.equal(undefined);
  });

  it('answers who asks over HTTP, as it was asked, whatever comes', async () => {
    for (const key of ['ec', 'rsa'] as const) {
      const ca = await Authority.create({ name: 'root', key, now: NOW });
      const [good, bad] = [
        await ca.issue({ commonName: 'CP01', use: 'client' }),
        await ca.issue({ commonName: 'CP01', use: 'client' }),
      ];
      const answer = await desk(ca, [bad.cert]);
      for (const [{ cert }, status] of [
        [good, 'good'],
        [bad, 'revoked'],
      ] as const) {
        const { serialNumber } = new X509Certificate(cert);
        const request = ocspRequest(certIdOf(hashData(cert, 'SHA256', ca.cert)));
        const inPath = `/x/ocsp/${encodeURIComponent(Buffer.from(request).toString('base64'))}`;
        for (const question of [
          { path: '/x/ocsp', body: request },
          { path: inPath, body: new Uint8Array(0) },
        ])
          expect(ocspStatus(answer(question)?.body ?? new Uint8Array(0), serialNumber)).to.equal(status);
      }
      const list = answer({ path: '/x/crl', body: new Uint8Array(0) })?.body ?? new Uint8Array(0);
      expect(serialsIn(Buffer.from(list).toString('base64'))).to.deep.equal([
        new X509Certificate(bad.cert).serialNumber.toLowerCase(),
      ]);
      const request = ocspRequest(certIdOf(hashData(good.cert, 'SHA256', ca.cert)));
      for (let cut = 0; cut < request.length; cut++)
        expect(answer({ path: '/x/ocsp', body: request.subarray(0, cut) }), `cut at ${cut}`).to.equal(undefined);
      for (let i = 0; i < request.length; i++) {
        const spoilt = Uint8Array.from(request);
        spoilt[i] = (spoilt[i] as number) ^ 0xff;
        expect(() => answer({ path: '/x/ocsp', body: spoilt }), `spoilt at ${i}`).to.not.throw();
      }
      expect(answer({ path: '/x/ocsp/%E0%A4%A', body: new Uint8Array(0) })).to.equal(undefined);
    }
  });

  it('lists what it has revoked under a label that others can read', async () => {
    const ca = await Authority.create({ name: 'root', now: NOW });
    const { cert } = await ca.issue({ commonName: 'CP01', use: 'client' });
    const list = await ca.revoke([cert]);
    expect(list).to.match(/^-----BEGIN X509 CRL-----/);
    expect(() => createSecureContext({ ca: ca.cert, crl: list })).to.not.throw();
  });

  it('hashes the key of an RSA issuer as RFC 6960 says', async () => {
    const ca = await Authority.create({ name: 'root', key: 'rsa', now: NOW });
    const bits = new X509Certificate(ca.cert).publicKey.export({ type: 'pkcs1', format: 'der' });
    expect(hashData(ca.cert, 'SHA256').issuerKeyHash).to.equal(createHash('sha256').update(bits).digest('hex'));
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
