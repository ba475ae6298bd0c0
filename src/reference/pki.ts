/** The certificates of the reference CSMS and of the stations that it knows: made for one run, and thrown away. */
import { X509Certificate } from 'node:crypto';
import { ORGANIZATION, type Wanted } from '../csms/csms.ts';
import { Authority, type CertificateRequest, type Issued, makeCsr } from '../pki/authority.ts';
import type { KeyKind } from '../pki/node-crypto.ts';
import type { OcspSubject } from '../pki/ocsp.ts';
import type { Payload } from '../session.ts';

/** Where the reference can be reached from the same machine; `reference` is its name in memory. */
const HOSTS = ['localhost', '127.0.0.1', '::1', 'reference'];
const DAY_MS = 86_400_000;
/** Fast expiration: less than a day, with the hour that a certificate is older than it is (A00.FR.701). */
const SERVER_MS = 22 * 3_600_000;

const base64 = (bytes: Uint8Array): string => Buffer.from(bytes).toString('base64');

/** How the certificate of a server may be wrong. */
export interface Wrong {
  readonly otherName?: boolean;
  readonly noOrganization?: boolean;
  readonly longLived?: boolean;
}

export class ReferencePki {
  readonly authority: Authority;
  /** Serial numbers of certificates that are good no more, in lower case. */
  readonly revoked: Set<string>;
  readonly #host: string;
  readonly #issued = new Map<string, Promise<Issued>>();

  /** @param host name of the server in its certificate */
  constructor(authority: Authority, host = 'localhost', revoked: readonly string[] = []) {
    this.authority = authority;
    this.revoked = new Set(revoked);
    this.#host = host;
  }

  /** @param now milliseconds since the epoch */
  static async create(now: number, host?: string): Promise<ReferencePki> {
    const authority = await Authority.create({ name: 'plugproof test root', organization: ORGANIZATION, now });
    return new ReferencePki(authority, host);
  }

  /** The certificate that the CSMS shows, for each kind of key (A00.FR.318 wants both). */
  server(key: KeyKind, wrong: Wrong = {}): Promise<Issued> {
    return this.#once(`server ${key} ${JSON.stringify(wrong)}`, () =>
      this.authority.issue({
        commonName: wrong.otherName ? 'elsewhere.example' : this.#host,
        hosts: [...new Set([this.#host, ...HOSTS])],
        use: 'server',
        key,
        ...(!wrong.longLived && { until: SERVER_MS }),
        ...(!wrong.noOrganization && { organization: ORGANIZATION }),
      }),
    );
  }

  /** The certificate of a station, its identity being its serial number (A00.FR.511). */
  station(id: string, wrong: Partial<CertificateRequest> = {}): Promise<Issued> {
    return this.#once(`station ${id} ${JSON.stringify(wrong)}`, () =>
      this.authority.issue({ commonName: id, organization: ORGANIZATION, use: 'client', ...wrong }),
    );
  }

  /** A certificate of a station that is good no more. */
  async revokedStation(id: string): Promise<Issued> {
    const issued = await this.station(id, { until: DAY_MS });
    this.revoked.add(new X509Certificate(issued.cert).serialNumber.toLowerCase());
    return issued;
  }

  /** Signs a station's request; wrongly, where a fault wants it. @throws Error where it can't be signed */
  async sign(csr: string, wanted: Wanted): Promise<string> {
    const chain = await this.authority.sign(csr, {
      ...(wanted.signsOtherNames && { commonName: 'ANOTHER-STATION' }),
      ...(wanted.signsIntoThePast && { from: -2 * DAY_MS, until: -DAY_MS }),
    });
    return wanted.signsOtherKeys ? this.authority.sign((await makeCsr('CP01', ORGANIZATION)).csr) : chain;
  }

  /** What the authorities behind a CSMS say: every certificate is good, and every contract is there. */
  async answer(action: string, asked: Payload): Promise<Payload> {
    if (action === 'GetCertificateStatus') {
      const subject = asked['ocspRequestData'] as OcspSubject;
      return { status: 'Accepted', ocspResult: base64(this.authority.ocspOf(subject, 'good')) };
    }
    return { status: 'Accepted', exiResponse: base64(Buffer.from(`${String(asked['action'])} of a contract`)) };
  }

  #once(name: string, make: () => Promise<Issued>): Promise<Issued> {
    let issued = this.#issued.get(name);
    if (issued === undefined) {
      issued = make();
      this.#issued.set(name, issued);
    }
    return issued;
  }
}
