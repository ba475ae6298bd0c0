/** Certificates that a CSMS puts on a station, lists, deletes and renews: the flows that 1.6 and 2.x share. */
import { createPrivateKey, X509Certificate } from 'node:crypto';
import type { Context } from '../../src/judge/context.ts';
import { alter, behaviour, drop, type Fault, refuses, type Where } from '../../src/judge/fault.ts';
import { at } from '../../src/judge/path.ts';
import { describe } from '../../src/judge/station-player.ts';
import { Unmet } from '../../src/judge/unmet.ts';
import { expect } from '../../src/judge/words.ts';
import { Authority, makeCsr } from '../../src/pki/authority.ts';
import { randomWord } from '../../src/random.ts';
import type { IncomingCall, Payload } from '../../src/session.ts';
import { FIRMWARE_CERTIFICATE } from './firmware-certificate.ts';
import { inOneOrder } from './orders.v2.ts';
import { now } from './states.ts';

/** A root that nobody has seen before, PEM. */
export async function newRoot({ clock, random }: Context): Promise<string> {
  const { cert } = await Authority.create({
    name: `plugproof root ${randomWord(random, 8)}`,
    organization: 'plugproof',
    now: clock.now(),
  });
  return cert.trim();
}

/** PEM may be wrapped at another column, and hexadecimal digits have no case. */
const unwrapped = (payload: Payload): Payload => {
  const hash = payload['certificateHashData'] as Readonly<Record<string, string>> | undefined;
  const { certificate } = payload;
  return {
    ...payload,
    ...(typeof certificate === 'string' && { certificate: certificate.replace(/\s/g, '') }),
    ...(hash && {
      certificateHashData: Object.fromEntries(
        Object.entries(hash).map(([name, value]) => [name, name === 'hashAlgorithm' ? value : value.toLowerCase()]),
      ),
    }),
  };
};

/** The operator asks, the check `id` compares as certificates are compared, the station answers. */
export async function asks<Check extends string>(
  context: Context<Check>,
  id: Check,
  action: string,
  payload: Payload,
  answer: Payload,
): Promise<void> {
  const order = await context.operator.order(action, payload);
  context.check(id, () => expect(inOneOrder(order, unwrapped)).to.carryWhatWasAsked());
  order.call.respond(answer);
}

const HEX = 'deadbeef00';

/** For each field of certificateHashData, a CALL in which it is another one. */
export const otherHashes: readonly Fault[] = ['issuerNameHash', 'issuerKeyHash', 'serialNumber', 'hashAlgorithm'].map(
  (field) =>
    alter(
      'DeleteCertificate',
      (payload) => {
        const data = (payload as Payload)['certificateHashData'] as Payload;
        const value = field === 'hashAlgorithm' ? otherAlgorithm(data[field]) : HEX;
        return { certificateHashData: { ...data, [field]: value } };
      },
      { name: `another ${field}`, kind: 'call' },
    ),
);

const otherAlgorithm = (algorithm: unknown): string => (algorithm === 'SHA256' ? 'SHA512' : 'SHA256');

/** For faults: the CALL with one member put in place of the other. */
export const put = (action: string, member: string, value: (payload: Payload) => unknown): Fault =>
  alter(action, (payload) => ({ ...(payload as Payload), [member]: value(payload as Payload) }), {
    name: `another ${member}`,
    kind: 'call',
  });

/** For faults: another certificate than the one asked for. */
export const otherCertificate = put('InstallCertificate', 'certificate', () => FIRMWARE_CERTIFICATE);

/** The check of `reportsEvent`. */
export const toldCheck = {
  ref: { '1.6': 'W A04.FR.03', '2.0.1': 'A04.FR.03' },
  level: 'SHALL',
  says: 'the event is answered',
} as const;
/** For faults: only answers to one type of event. */
export const ofEventType = (type: string): Where => ({
  name: type,
  when: (_payload, request) => at(request, 'type') === type,
});
export const toldFault = (type: string): Fault => drop('SecurityEventNotification', ofEventType(type));

export interface EventOptions {
  readonly techInfo?: string;
  /** The CSMS may not know the message, and say so: in 1.6 it came with a paper of its own. */
  readonly mayLack?: true;
}

/** SecurityEventNotification, judged by the check `told`. @throws Unmet where the CSMS does not know it, and need not */
export async function reportsEvent(context: Context<'told'>, type: string, options: EventOptions = {}): Promise<void> {
  const { techInfo, mayLack } = options;
  const event = { type, timestamp: now(context), ...(techInfo !== undefined && { techInfo }) };
  const reply = await context.station.call('SecurityEventNotification', event);
  if (mayLack && reply.kind === 'callerror' && UNKNOWN.has(reply.code ?? ''))
    throw new Unmet(
      `the CSMS does not know SecurityEventNotification (${reply.code}): declare that it is without Security`,
    );
  context.check('told', () => expect(reply, type).to.be.callResult());
}

/** Codes for an action that is not there. */
const UNKNOWN: ReadonlySet<string> = new Set(['NotImplemented', 'NotSupported']);

/** What a station asks to be signed, and what becomes of it. */
export interface Signing {
  readonly csr: string;
  readonly key: string;
  readonly commonName: string;
  readonly call: IncomingCall;
}

/** Subject of the certificate that the station has now: what it has in its new request as well (A02.FR.03). */
function ownSubject({ sut, station }: Context): { commonName: string; organization: string } {
  const cert = sut.identities.find(({ id }) => id === station.identity)?.cert;
  const subject = cert === undefined ? '' : new X509Certificate(cert).subject;
  const [, commonName = station.identity] = /^CN=(.*)$/m.exec(subject) ?? [];
  const [, organization = 'plugproof'] = /^O=(.*)$/m.exec(subject) ?? [];
  return { commonName, organization };
}

const chainRef = {
  '1.6': 'CertificateSignedRequest.certificateChain',
  '2.0.1': 'CertificateSignedRequest.certificateChain',
} as const;

/** The checks of `getsSigned`, and their faults. */
export const signedChecks = {
  taken: {
    ref: { '1.6': 'W A02.FR.11', '2.0.1': 'A02.FR.11' },
    level: 'SHALL',
    says: 'the request is answered with Accepted or Rejected',
  },
  key: { ref: chainRef, level: 'SHALL', says: 'the certificate is for the key that the request was signed with' },
  name: { ref: chainRef, level: 'SHALL', says: 'the certificate is for the serial number in the request' },
  dates: { ref: chainRef, level: 'SHALL', says: 'the certificate is valid now' },
} as const;
export const signedFaults = {
  taken: refuses('SignCertificate', 'InternalError'),
  key: behaviour('signs-other-keys', 'certificates are for another key than the one in the request'),
  name: behaviour('signs-other-names', 'certificates are for another name than the one in the request'),
  dates: behaviour('signs-into-the-past', 'certificates have expired when they are made'),
} as const;

/** The check of `refusesUnsignable`, and its fault. */
export const refusedCheck = {
  // A CSMS that hands requests on may learn only later that they are no good; one that looks does so at once.
  ref: { '1.6': 'W A02.FR.12', '2.0.1': 'A02.FR.12' },
  level: 'SHOULD',
  says: 'a request that can not be signed is Rejected',
} as const;
export const refusedFault = behaviour('accepts-any-csr', 'every request for a certificate is Accepted');

/**
 * The station asks for a certificate, and the CSMS sends one: judged by `taken`, `key`, `name` and `dates`.
 * @throws Unmet where the CSMS does not sign the request, or nothing comes of it
 */
export async function getsSigned(
  context: Context<'taken' | 'key' | 'name' | 'dates'>,
  more: Payload = {},
): Promise<Signing> {
  const { station, check, clock } = context;
  const { commonName, organization } = ownSubject(context);
  const { csr, key } = await makeCsr(commonName, organization);
  const arrival = station.awaitCall('CertificateSigned');
  const reply = await station.call('SignCertificate', { csr, ...more });
  check('taken', () => {
    expect(reply).to.be.callResult();
    expect(reply.payload['status']).to.be.oneOf(['Accepted', 'Rejected']);
  });
  if (reply.payload['status'] !== 'Accepted')
    throw new Unmet(`the CSMS does not sign a request of ${commonName} at ${organization}: ${describe(reply)}`);
  const call = await arrival;
  if (call === undefined) throw new Unmet('the CSMS accepted the request, and no CertificateSigned came in time');
  const chain = String(call.payload['certificateChain'] ?? '');
  check('key', () =>
    expect(matches(leafOf(chain), key), 'the certificate is for the key of the request').to.equal(true),
  );
  const leaf = leafOf(chain);
  if (leaf !== undefined) {
    check('name', () => expect(leaf.subject).to.include(commonName));
    check('dates', () => {
      expect(Date.parse(leaf.validFrom), `valid from ${leaf.validFrom}`).to.be.at.most(clock.now());
      expect(Date.parse(leaf.validTo), `valid to ${leaf.validTo}`).to.be.at.least(clock.now());
    });
  }
  return { csr, key, commonName, call };
}

/** The first certificate of a chain; undefined where it can't be read. */
function leafOf(chain: string): X509Certificate | undefined {
  try {
    return new X509Certificate(chain);
  } catch {
    return undefined;
  }
}

function matches(leaf: X509Certificate | undefined, key: string): boolean {
  return leaf?.checkPrivateKey(createPrivateKey(key)) ?? false;
}

/** Requests that nobody can sign: no request at all, and one that was changed after it was signed. */
export async function unsignable(): Promise<Readonly<Record<string, string>>> {
  const { csr } = await makeCsr('PLUGPROOF-CSR', 'plugproof');
  const body = Buffer.from(csr.replace(/-----[^-]*-----|\s/g, ''), 'base64');
  body.write('PLUGPROOF-XYZ', body.indexOf('PLUGPROOF-CSR'));
  const lines = body.toString('base64').match(/.{1,64}/g) ?? [];
  const tampered = ['-----BEGIN CERTIFICATE REQUEST-----', ...lines, '-----END CERTIFICATE REQUEST-----'].join('\n');
  return { 'no request': 'this is no certificate signing request', 'a request changed after its signing': tampered };
}

/** Judges by the check `refused` that the CSMS signs none of `unsignable`. */
export async function refusesUnsignable(context: Context<'refused'>, more: Payload = {}): Promise<void> {
  for (const [what, csr] of Object.entries(await unsignable())) {
    const reply = await context.station.call('SignCertificate', { csr, ...more });
    context.check('refused', () => {
      if (reply.kind === 'callerror') return;
      expect(at(reply.payload, 'status'), what).to.equal('Rejected');
    });
  }
}
