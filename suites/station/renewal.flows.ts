/** A charger asks for a certificate of its own: the request, what it says of the charger, and what is signed for it. */
import { createPublicKey, type KeyObject } from 'node:crypto';
import { isIP } from 'node:net';
import type { Attempt } from '../../src/judge/attempts.ts';
import type { Context } from '../../src/judge/context.ts';
import { describe } from '../../src/judge/station-player.ts';
import { Unmet } from '../../src/judge/unmet.ts';
import { expect } from '../../src/judge/words.ts';
import { readCsr } from '../../src/pki/authority.ts';
import { chainOf, subjectField } from '../../src/pki/notary.ts';
import { strengthOf } from '../../src/pki/strength.ts';
import type { IncomingCall, Payload, Reply } from '../../src/session.ts';
import { certificateWords, stationAuthority } from './certificates.flows.ts';
import { ready } from './states.ts';

/** A request for a certificate, read; undefined where it can't be, or is not signed with the key that is in it. */
export interface Request {
  readonly commonName: string;
  readonly organization?: string;
  readonly key: KeyObject;
  readonly csr: string;
}

/** What a charger asked for. */
export interface Asked {
  readonly call: IncomingCall;
  readonly request: Request | undefined;
}

async function read(csr: string): Promise<Request | undefined> {
  try {
    const { publicKey, ...subject } = await readCsr(csr);
    const key = createPublicKey({ key: Buffer.from(publicKey.rawData), format: 'der', type: 'spki' });
    return { ...subject, key, csr };
  } catch {
    return undefined;
  }
}

/** Type of the certificate that a charger shows its CSMS. */
export const OWN = 'ChargingStationCertificate';

/** Makes and checks of keys take small machines their time. */
const KEY_PATIENCE = 4;

/** Waits for the next request. */
export async function nextRequest(
  { csms, sut }: Pick<Context, 'csms' | 'sut'>,
  since: number,
  timeoutMs = KEY_PATIENCE * sut.timeoutMs,
): Promise<Asked | undefined> {
  const call = await csms.awaitCall('SignCertificate', { since, timeoutMs });
  return call && { call, request: await read(String(call.payload['csr'])) };
}

export interface Triggered {
  readonly reply: Reply;
  readonly asked: Asked | undefined;
}

/**
 * Makes the charger ask for a new certificate; its request is answered with `status`.
 * @param trigger of another certificate than its own
 * @throws Unmet where it has no such function
 */
export async function triggers(context: Context, status: string, trigger?: Payload): Promise<Triggered> {
  const { csms, dialect } = context;
  const { renew } = certificateWords[dialect.version];
  csms.answer('SignCertificate', { status });
  const since = csms.mark;
  const reply = await csms.call(renew.action, trigger ?? renew.payload);
  const lacks =
    reply.payload['status'] === 'NotImplemented' ||
    (reply.kind === 'callerror' && ['NotImplemented', 'NotSupported'].includes(reply.code ?? ''));
  if (lacks) throw new Unmet(`the station renews no certificates: it answered ${describe(reply)}`);
  const asked = reply.payload['status'] === 'Accepted' ? await nextRequest(context, since) : undefined;
  return { reply, asked };
}

/** Subject of the certificate that the charger shows now; undefined where it shows none. */
export function shownSubject({
  csms,
}: Pick<Context, 'csms'>): { commonName: string; organization?: string } | undefined {
  const [leaf] = chainOf(csms.request.certificate?.pem ?? '');
  if (leaf === undefined) return undefined;
  const [commonName = ''] = subjectField(leaf, 'CN');
  const [organization] = subjectField(leaf, 'O');
  return { commonName, ...(organization !== undefined && { organization }) };
}

/** Value of the name of the operator as it is configured on the charger; undefined where it tells none. */
export async function operatorName({ csms, dialect }: Pick<Context, 'csms' | 'dialect'>): Promise<string | undefined> {
  const { operator } = operatorWords[dialect.version];
  const reply = await csms.call(operator.action, operator.payload);
  const [, name] = /"(?:value|attributeValue)":"([^"]+)"/.exec(JSON.stringify(reply.payload)) ?? [];
  return name;
}

const variable = { component: { name: 'SecurityCtrlr' }, variable: { name: 'OrganizationName' } };
const v2 = { operator: { action: 'GetVariables', payload: { getVariableData: [variable] } } };
const operatorWords = {
  '1.6': { operator: { action: 'GetConfiguration', payload: { key: ['CpoName'] } } },
  '2.0.1': v2,
  '2.1': v2,
} as const;

/**
 * Judges a request: `request`, `strong`, `name`, `owner`.
 * @param type of the certificate
 * @throws Unmet where there is none to go on with
 */
export async function judged(
  context: Context<'request' | 'strong' | 'name' | 'owner'>,
  { reply, asked }: Triggered,
  type = OWN,
): Promise<Request> {
  const { check } = context;
  check('request', () => {
    expect(reply).to.be.callResult({ status: 'Accepted' });
    expect(asked, 'a SignCertificate').to.not.equal(undefined);
    expect(asked?.request, 'a request that is signed with the key in it').to.not.equal(undefined);
    // Without a type it is meant for every use.
    expect(asked?.call.payload['certificateType'] ?? type, 'type of the certificate').to.equal(type);
  });
  const { request } = asked ?? {};
  if (request === undefined) throw new Unmet('the station asked for no certificate that could be signed');
  const { bits, enough } = strengthOf(request.key);
  check('strong', () => expect(bits, 'bits of the key').to.be.at.least(enough));
  const shown = shownSubject(context);
  // Where it is not told, the certificate of the factory says another name than the operator's.
  const owner = await operatorName(context);
  check('name', () => {
    expect(request.commonName, 'common name').to.not.equal('');
    expect(isIP(request.commonName) !== 0 || /:\/\//.test(request.commonName), 'an address for a name').to.equal(false);
    if (shown !== undefined) expect(request.commonName, 'common name').to.equal(shown.commonName);
  });
  check('owner', () => {
    expect(request.organization, 'organization').to.be.a('string');
    if (owner !== undefined) expect(request.organization, 'organization').to.equal(owner);
  });
  return request;
}

/** PEM of a key, to tell one from another. */
export const keyText = (key: KeyObject): string => key.export({ type: 'spki', format: 'pem' }).toString();

/** Key of the certificate that the charger shows; undefined where it shows none. */
export const shownKey = ({ csms }: Pick<Context, 'csms'>): string | undefined => {
  const [leaf] = chainOf(csms.request.certificate?.pem ?? '');
  return leaf && keyText(leaf.publicKey);
};

/** CertificateSigned as the version has it. */
export const signedFor = ({ dialect }: Pick<Context, 'dialect'>, certificateChain: string, type = OWN): Payload => ({
  certificateChain,
  ...typed[dialect.version](type),
});
const withType = (certificateType: string): Payload => ({ certificateType });
const typed = { '1.6': (): Payload => ({}), '2.0.1': withType, '2.1': withType } as const;

/** The certificate that a right authority makes of a request. */
export const certified = (context: Context, { csr }: Request): Promise<string> => stationAuthority(context).sign(csr);

/**
 * Sends the charger its certificate, and waits for it to come back with it: by itself, or when it is sent away.
 * @throws Unmet where it does not take it
 */
export async function signs(context: Context, chain: string): Promise<{ reply: Reply; came: Attempt | undefined }> {
  const { csms, sut } = context;
  const coming = csms.attempt();
  const reply = await csms.call('CertificateSigned', signedFor(context, chain));
  if (reply.payload['status'] !== 'Accepted') return { reply, came: undefined };
  if ((await csms.attempt(sut.timeoutMs)) === undefined) await csms.disconnect();
  const came = await coming;
  await ready(context);
  return { reply, came };
}
