/** A set of certificates for tests by hand: the good ones, and each kind of bad one, as a table. */
import { ORGANIZATION } from '../csms/csms.ts';
import { Authority, type CertificateRequest, type Issued, selfSigned } from './authority.ts';

const DAY_MS = 86_400_000;

/** Dates that are wrong. */
export const expired = { from: -30 * DAY_MS, until: -DAY_MS } as const;
export const notYetValid = { from: 30 * DAY_MS, until: 60 * DAY_MS } as const;

export interface SetOptions {
  /** Names and addresses of the CSMS; the first is its common name. */
  readonly hosts: readonly string[];
  /** Identities of stations; each is its own serial number. */
  readonly ids: readonly string[];
  /** organizationName: of the operator. */
  readonly organization?: string;
  /** Milliseconds since the epoch. */
  readonly now: number;
}

export interface SetEntry extends Issued {
  /** Path below the folder, without `.pem` and `.key`. */
  readonly name: string;
  /** What it is, and what a system that conforms makes of it. */
  readonly says: string;
  /** Other files, by their paths. */
  readonly beside?: Readonly<Record<string, string | Uint8Array>>;
}

type Signer = 'operator' | 'stranger' | 'itself';

interface Recipe {
  readonly name: string;
  readonly says: string;
  readonly request: CertificateRequest;
  readonly signer?: Signer;
}

/** Every certificate of the set, the authorities first. */
export async function makeSet(options: SetOptions): Promise<readonly SetEntry[]> {
  const { now, organization = ORGANIZATION } = options;
  const operator = await Authority.create({ name: 'plugproof test root', organization, now });
  const stranger = await Authority.create({ name: 'plugproof stranger root', organization: 'stranger', now });
  const maker = await Authority.create({ name: 'plugproof manufacturer root', organization: 'maker', now });
  const signing = await maker.issue({ commonName: 'Firmware signing', organization: 'maker', use: 'signing' });
  const issue = ({ request, signer = 'operator' }: Recipe): Promise<Issued> =>
    signer === 'itself' ? selfSigned(request, now) : (signer === 'operator' ? operator : stranger).issue(request);
  const root = (name: string, says: string, { cert, key }: Authority): SetEntry => ({ name, says, cert, key });
  const entries = [
    root('ca', 'the root of the operator: signs the CSMS and the stations; to be trusted by both', operator),
    root('other-ca', 'a root that nobody trusts', stranger),
    root('manufacturer-ca', 'the root of a manufacturer: signs the firmware signing certificate', maker),
    { name: 'firmware-signing', says: 'signs firmware', ...signing },
  ];
  entries.push(...(await chained(operator, options, organization)));
  for (const recipe of [...serverRecipes(options, organization), ...stationRecipes(options, organization)])
    entries.push({ name: recipe.name, says: recipe.says, ...(await issue(recipe)) });
  return entries;
}

/** What an authority under the operator's root signed, with its certificate behind it and without. */
async function chained(operator: Authority, { hosts, ids }: SetOptions, organization: string): Promise<SetEntry[]> {
  const [host = 'localhost'] = hosts;
  const [id = 'CP01'] = ids;
  const between = await operator.subordinate('plugproof test intermediate', organization);
  const server = await between.issue({ commonName: host, organization, hosts, use: 'server' });
  const station = await between.issue({ commonName: id, organization, use: 'client' });
  const revoked = await operator.issue({ commonName: id, organization, use: 'client' });
  const behind = ({ cert, key }: Issued): Issued => ({ cert: `${cert.trimEnd()}\n${between.cert}`, key });
  return [
    { name: 'intermediate-ca', says: 'an authority that ca has signed', cert: between.cert, key: between.key },
    { name: 'csms-chained', says: 'the CSMS, signed by intermediate-ca, which stands behind it', ...behind(server) },
    {
      name: 'station-chained',
      says: `station ${id}, signed by intermediate-ca, which stands behind it`,
      ...behind(station),
    },
    { name: 'bad/csms-broken-chain', says: 'the same without intermediate-ca: a station refuses it', ...server },
    { name: 'bad/station-broken-chain', says: 'the same without intermediate-ca: the CSMS refuses it', ...station },
    {
      name: 'bad/station-revoked',
      says: `for ${id}: revoked by crl.pem and by bad/station-revoked.ocsp; a CSMS that asks refuses it`,
      ...revoked,
      beside: {
        'crl.pem': await operator.revoke([revoked.cert]),
        'bad/station-revoked.ocsp': operator.ocsp(revoked.cert, 'revoked'),
      },
    },
  ];
}

function serverRecipes({ hosts }: SetOptions, organization: string): readonly Recipe[] {
  const [commonName = 'localhost'] = hosts;
  const good = { commonName, organization, hosts, use: 'server' } as const;
  const refused = 'a station refuses it';
  return [
    { name: 'csms', says: 'the CSMS, EC key', request: good },
    { name: 'csms-rsa', says: 'the CSMS, RSA key: OCPP wants both', request: { ...good, key: 'rsa' } },
    { name: 'bad/csms-expired', says: `the CSMS, expired: ${refused}`, request: { ...good, ...expired } },
    { name: 'bad/csms-not-yet-valid', says: `valid in a month: ${refused}`, request: { ...good, ...notYetValid } },
    {
      name: 'bad/csms-other-host',
      says: `for another host: ${refused}`,
      request: { ...good, commonName: 'elsewhere.example', hosts: ['elsewhere.example'] },
    },
    { name: 'bad/csms-other-ca', says: `signed by other-ca: ${refused}`, request: good, signer: 'stranger' },
    { name: 'bad/csms-self-signed', says: `signed by itself: ${refused}`, request: good, signer: 'itself' },
    { name: 'bad/csms-wrong-use', says: `for clients only: ${refused}`, request: { ...good, onlyFor: 'client' } },
    { name: 'bad/csms-weak-key', says: 'RSA key of 1024 bits (A00.FR.502)', request: { ...good, key: 'rsa1024' } },
  ];
}

function stationRecipes({ ids }: SetOptions, organization: string): readonly Recipe[] {
  const [commonName = 'CP01'] = ids;
  const good = { commonName, organization, use: 'client' } as const;
  const { organization: _, ...anonymous } = good;
  const refused = `for ${commonName}: the CSMS refuses it`;
  return [
    ...ids.map(
      (id): Recipe => ({ name: `stations/${id}`, says: `station ${id}`, request: { ...good, commonName: id } }),
    ),
    { name: 'bad/station-expired', says: `expired, ${refused}`, request: { ...good, ...expired } },
    { name: 'bad/station-not-yet-valid', says: `valid in a month, ${refused}`, request: { ...good, ...notYetValid } },
    {
      name: 'bad/station-other-organization',
      says: `of another organization, ${refused}`,
      request: { ...good, organization: 'somebody else' },
    },
    { name: 'bad/station-no-organization', says: `of no organization, ${refused}`, request: anonymous },
    { name: 'bad/station-other-ca', says: `signed by other-ca, ${refused}`, request: good, signer: 'stranger' },
    { name: 'bad/station-self-signed', says: `signed by itself, ${refused}`, request: good, signer: 'itself' },
    { name: 'bad/station-weak-key', says: `RSA key of 1024 bits, ${refused}`, request: { ...good, key: 'rsa1024' } },
    { name: 'bad/station-weak-curve', says: `EC key of 192 bits, ${refused}`, request: { ...good, key: 'ec192' } },
    { name: 'bad/station-wrong-use', says: `for servers only, ${refused}`, request: { ...good, onlyFor: 'server' } },
  ];
}
