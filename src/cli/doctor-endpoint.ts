/** The doctor at an endpoint: name, TCP, TLS, handshake of each version, boot, clock. Stops where going on makes no sense. */
import { lookup } from 'node:dns/promises';
import { connect, isIP, type Socket } from 'node:net';
import { type PeerCertificate, type TLSSocket, connect as tlsConnect } from 'node:tls';
import { realClock } from '../clock.ts';
import { dialects, type OcppVersion } from '../dialects/index.ts';
import { stationWords } from '../dialects/station-words.ts';
import { isSecure } from '../sut/config/endpoint.ts';
import type { Transport } from '../wire/transport.ts';
import { socketDialer } from '../wire/ws-client.ts';
import type { Finding, Patient } from './doctor.ts';

/** Never throws. */
export async function* examine(patient: Patient): AsyncGenerator<Finding, void, undefined> {
  const url = new URL(patient.url);
  const host = url.hostname.replace(/^\[|\]$/g, '');
  const port = Number(url.port || (isSecure(patient.url) ? 443 : 80));
  const name = await resolveName(host);
  yield name;
  if (name.level === 'fail') return;
  const tcp = await tryTcp(host, port, patient.timeoutMs);
  yield tcp;
  if (tcp.level === 'fail') return;
  if (isSecure(patient.url)) {
    const tls = await tryTls(host, port, patient);
    yield* tls;
    if (tls.some(({ level }) => level === 'fail')) return;
  }
  for (const version of patient.ocpp) yield* knock(patient, version);
}

async function resolveName(host: string): Promise<Finding> {
  if (isIP(host) !== 0) return { level: 'ok', says: `${host} is an address: no name to resolve` };
  try {
    const addresses = await lookup(host, { all: true });
    return { level: 'ok', says: `${host} resolves to ${addresses.map(({ address }) => address).join(', ')}` };
  } catch (cause) {
    return {
      level: 'fail',
      says: `${host} does not resolve: ${says(cause)}`,
      fix: 'Check the spelling of the host, and the name server of this machine.',
    };
  }
}

function tryTcp(host: string, port: number, timeoutMs: number): Promise<Finding> {
  const began = realClock.monotonic();
  const fix = 'Check that the CSMS runs and that host and port are right; a firewall shows as a time-out.';
  return opened(connect({ host, port }), 'connect', timeoutMs).then(
    (socket): Finding => {
      socket.destroy();
      return { level: 'ok', says: `TCP to ${host}:${port} in ${Math.round(realClock.monotonic() - began)} ms` };
    },
    (cause): Finding => ({ level: 'fail', says: `no TCP connection to ${host}:${port}: ${says(cause)}`, fix }),
  );
}

/** The socket when `event` comes. @throws what it failed of, or that time ran out */
function opened<S extends Socket>(socket: S, event: 'connect' | 'secureConnect', timeoutMs: number): Promise<S> {
  return new Promise((resolve, reject) => {
    const fail = (cause: Error) => {
      socket.destroy();
      reject(cause);
    };
    socket.setTimeout(timeoutMs, () => fail(new Error(`no answer within ${timeoutMs} ms`)));
    socket.once(event, () => {
      socket.setTimeout(0);
      resolve(socket);
    });
    socket.on('error', fail);
  });
}

async function tryTls(host: string, port: number, { ca, identity, timeoutMs }: Patient): Promise<Finding[]> {
  let socket: TLSSocket;
  try {
    socket = await opened(
      // Whether it is trusted is a finding of its own, with the facts of the certificate beside it.
      tlsConnect({
        host,
        port,
        rejectUnauthorized: false,
        ...(isIP(host) === 0 && { servername: host }),
        ...(ca !== undefined && { ca }),
        ...(identity.cert !== undefined && { cert: identity.cert }),
        ...(identity.key !== undefined && { key: identity.key }),
      }),
      'secureConnect',
      timeoutMs,
    );
  } catch (cause) {
    return [
      {
        level: 'fail',
        says: `no TLS at ${host}:${port}: ${says(cause)}`,
        fix: 'Check that this port speaks TLS 1.2 or 1.3; write ws:// where it speaks none.',
      },
    ];
  }
  const findings: Finding[] = [{ level: 'ok', says: `TLS: ${socket.getProtocol()}, ${socket.getCipher().name}` }];
  const certificate = socket.getPeerCertificate();
  findings.push(...expiry(certificate), trust(socket, certificate));
  socket.destroy();
  return findings;
}

const DAY_MS = 86_400_000;
const SOON_DAYS = 30;

function expiry({ subject, issuer, valid_to, subjectaltname }: PeerCertificate): Finding[] {
  if (subject === undefined) return [];
  const days = Math.floor((Date.parse(valid_to) - Date.now()) / DAY_MS);
  const facts = `certificate of ${subject.CN ?? '(no common name)'}, names ${subjectaltname ?? 'none'}, issued by ${issuer.CN ?? issuer.O ?? '(no name)'}`;
  if (days < 0)
    return [{ level: 'fail', says: `${facts}: it ran out on ${valid_to}`, fix: 'Renew the certificate of the CSMS.' }];
  if (days < SOON_DAYS)
    return [
      { level: 'warn', says: `${facts}: it runs out in ${days} days`, fix: 'Renew the certificate of the CSMS.' },
    ];
  return [{ level: 'ok', says: `${facts}, valid for ${days} days` }];
}

function trust(socket: TLSSocket, { subject }: PeerCertificate): Finding {
  if (socket.authorized) return { level: 'ok', says: 'the certificate is trusted' };
  const why = String(socket.authorizationError);
  const name = why.includes('ALTNAME') || why.includes("does not match certificate's");
  return {
    level: 'fail',
    says: `the certificate is not trusted: ${why}`,
    fix: name
      ? `Use a host name that the certificate of ${subject?.CN ?? 'the CSMS'} holds.`
      : 'Give the authority that signed it with --ca, or security.ca in plugproof.yaml.',
  };
}

/** Handshake and boot with one version. */
async function* knock(patient: Patient, version: OcppVersion): AsyncGenerator<Finding, void, undefined> {
  const { identity, timeoutMs, ca } = patient;
  const url = new URL(patient.url);
  const { subprotocol } = dialects[version];
  const dialer = socketDialer({
    origin: `${url.protocol}//${url.host}`,
    timeoutMs,
    ...(ca !== undefined && { ca }),
    ...(identity.cert !== undefined && { cert: identity.cert }),
    ...(identity.key !== undefined && { key: identity.key }),
  });
  const headers: Record<string, string> =
    identity.password === undefined ? {} : { authorization: basic(identity.id, identity.password) };
  const target = `${url.pathname.replace(/\/+$/, '')}/${encodeURIComponent(identity.id)}`;
  const handshake = await dialer.dial({ target, subprotocols: [subprotocol], headers });
  if (handshake.outcome !== 'open') {
    const status = handshake.outcome === 'refused' ? handshake.status : 0;
    yield {
      level: 'fail',
      says: `OCPP ${version}: no WebSocket for ${identity.id}: ${handshake.says}`,
      fix: handshakeFix(status, identity.id),
    };
    return;
  }
  const { transport } = handshake;
  if (transport.subprotocol !== subprotocol) {
    transport.terminate();
    const chosen = transport.subprotocol === '' ? 'no subprotocol' : `subprotocol '${transport.subprotocol}'`;
    yield {
      level: 'fail',
      says: `OCPP ${version}: asked for ${subprotocol}, and the CSMS chose ${chosen}`,
      fix: `Switch OCPP ${version} on in the CSMS, or leave it out of --ocpp.`,
    };
    return;
  }
  yield { level: 'ok', says: `OCPP ${version}: WebSocket for ${identity.id} with ${subprotocol}` };
  yield* boot(patient, version, transport);
}

const basic = (id: string, password: Uint8Array) =>
  `Basic ${Buffer.concat([Buffer.from(`${id}:`), Buffer.from(password)]).toString('base64')}`;

function handshakeFix(status: number, id: string): string {
  if (status === 401 || status === 403) return `Check the password (--password), and that the CSMS knows ${id}.`;
  if (status === 404)
    return `Check the path of the address and the password (--password), and register station ${id} in the CSMS, or name one that it knows with --id.`;
  if (status >= 300 && status < 400) return 'Write the address that it leads to.';
  if (status === 0) return 'Check that this address speaks WebSocket.';
  return 'Check that the address is the OCPP endpoint, without the identity.';
}

/** Sends BootNotification and looks at the answer and at the clock in it. */
async function* boot(
  patient: Patient,
  version: OcppVersion,
  transport: Transport,
): AsyncGenerator<Finding, void, undefined> {
  const id = 'doctor-1';
  const answer = await answerTo(
    transport,
    id,
    JSON.stringify([2, id, 'BootNotification', stationWords[version].boot(patient.station, 'PowerUp')]),
    patient.timeoutMs,
  );
  transport.close();
  if (typeof answer === 'string') {
    yield {
      level: 'fail',
      says: `OCPP ${version}: BootNotification of ${patient.identity.id}: ${answer}`,
      fix: 'Look into the log of the CSMS.',
    };
    return;
  }
  const { status, currentTime } = answer;
  if (status === 'Accepted')
    yield { level: 'ok', says: `OCPP ${version}: BootNotification of ${patient.identity.id} is Accepted` };
  else
    yield {
      level: 'warn',
      says: `OCPP ${version}: BootNotification of ${patient.identity.id} is answered ${String(status)}`,
      fix: `Register ${patient.identity.id} in the CSMS: most cases need a station that is accepted.`,
    };
  yield clockFinding(patient, version, currentTime);
}

/** The payload of the CALLRESULT, or why there is none. CALLs of the CSMS are passed over. */
function answerTo(
  transport: Transport,
  id: string,
  call: string,
  timeoutMs: number,
): Promise<Readonly<Record<string, unknown>> | string> {
  return new Promise((resolve) => {
    const timer = realClock.setTimeout(() => end(`no answer within ${timeoutMs} ms`), timeoutMs);
    function end(outcome: Readonly<Record<string, unknown>> | string): void {
      realClock.clearTimeout(timer);
      resolve(outcome);
    }
    transport.attach({
      message(message) {
        const frame = parse(message);
        if (frame === undefined || frame[1] !== id) return;
        if (frame[0] === 3 && frame[2] !== null && typeof frame[2] === 'object')
          end(frame[2] as Readonly<Record<string, unknown>>);
        else end(`answered with ${JSON.stringify(frame)}`);
      },
      close: ({ code, reason }) => end(`the connection was closed (${code}${reason === '' ? '' : ` ${reason}`})`),
    });
    transport.send(call);
  });
}

function parse(message: string | Uint8Array): readonly unknown[] | undefined {
  try {
    const frame: unknown = JSON.parse(typeof message === 'string' ? message : Buffer.from(message).toString('utf8'));
    return Array.isArray(frame) ? frame : undefined;
  } catch {
    return undefined;
  }
}

function clockFinding({ clockToleranceS }: Patient, version: OcppVersion, currentTime: unknown): Finding {
  const at = typeof currentTime === 'string' ? Date.parse(currentTime) : Number.NaN;
  if (Number.isNaN(at))
    return {
      level: 'fail',
      says: `OCPP ${version}: currentTime is ${JSON.stringify(currentTime)}, no time`,
      fix: 'The CSMS has to answer with an RFC 3339 time.',
    };
  const skew = (at - Date.now()) / 1_000;
  const off = `${Math.abs(skew).toFixed(1)} s ${skew < 0 ? 'behind' : 'ahead of'} this machine`;
  if (Math.abs(skew) <= clockToleranceS)
    return { level: 'ok', says: `OCPP ${version}: the clock of the CSMS is ${off}` };
  return {
    level: 'warn',
    says: `OCPP ${version}: the clock of the CSMS is ${off}`,
    fix: 'Set both clocks by NTP, or raise sut.clockTolerance in plugproof.yaml.',
  };
}

/** Both address families refused: the first tells it. TLS has a short reason beside its long message. */
function says(cause: unknown): string {
  if (cause instanceof AggregateError && cause.errors.length > 0) return says(cause.errors[0]);
  if (!(cause instanceof Error)) return String(cause);
  const { reason } = cause as { readonly reason?: unknown };
  return typeof reason === 'string' ? reason : cause.message || cause.name;
}
