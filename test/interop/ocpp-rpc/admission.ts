/** Whom the back office on ocpp-rpc lets in: the security profiles of OCPP, with certificates from a folder of `plugproof pki`. */

import { readFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type Server } from 'node:http';
import { createServer as createSecureServer } from 'node:https';
import { join } from 'node:path';
import type { TLSSocket } from 'node:tls';
import type { JsonObject, Outcome } from '../control.ts';

const ORGANIZATION = 'plugproof';

/** The four suites that OCPP wants (A00.FR.318), and those of TLS 1.3. */
const SUITES = [
  'TLS_AES_128_GCM_SHA256',
  'TLS_AES_256_GCM_SHA384',
  'ECDHE-ECDSA-AES128-GCM-SHA256',
  'ECDHE-ECDSA-AES256-GCM-SHA384',
  'AES128-GCM-SHA256',
  'AES256-GCM-SHA384',
].join(':');

export interface AdmissionOptions {
  profile: number;
  /** What each station has to show that has no password of its own. */
  password: string | undefined;
  pki: string;
}

export class Admission {
  readonly #profile: number;
  readonly #common: string | undefined;
  readonly #pki: string;
  readonly #own = new Map<string, string>();

  constructor({ profile, password, pki }: AdmissionOptions) {
    this.#profile = profile;
    this.#common = password;
    this.#pki = pki;
  }

  get secure(): boolean {
    return this.#profile >= 2;
  }

  createServer(): Server {
    const read = (name: string) => readFileSync(join(this.#pki, name));
    if (!this.secure) return createServer();
    return createSecureServer({
      cert: [read('csms.pem'), read('csms-rsa.pem')],
      key: [read('csms.key'), read('csms-rsa.key')],
      minVersion: 'TLSv1.2',
      ciphers: SUITES,
      ...(this.#profile === 3 && {
        ca: read('ca.pem'),
        crl: read('crl.pem'),
        requestCert: true,
        rejectUnauthorized: true,
      }),
    });
  }

  setPassword(identity: string, password: string): void {
    this.#own.set(identity, password);
  }

  admits(identity: string, password: Buffer | undefined, { socket }: IncomingMessage): boolean {
    if (this.#profile === 3) {
      const { subject } = (socket as TLSSocket).getPeerCertificate();
      return subject?.CN === identity && subject.O === ORGANIZATION;
    }
    const wanted = this.#own.get(identity) ?? this.#common;
    return wanted === undefined || wanted === password?.toString('latin1');
  }

  /** Notes the password that the operator has sent to a station, once that has taken it. */
  note(identity: string, action: string, payload: JsonObject, outcome: Outcome): void {
    if (outcome.kind !== 'answered') return;
    const password = passwordIn[action]?.(payload, outcome.response as JsonObject);
    if (password !== undefined) this.setPassword(identity, password);
  }
}

/** The password that a CALL sets, where the answer says that it is taken. */
// A 1.6 key is bytes: one character for each.
const passwordIn: Record<string, (payload: JsonObject, response: JsonObject) => string | undefined> = {
  ChangeConfiguration: ({ key, value }, { status }) =>
    key === 'AuthorizationKey' && status === 'Accepted'
      ? Buffer.from(String(value), 'hex').toString('latin1')
      : undefined,
  SetVariables: ({ setVariableData }, { setVariableResult }) => {
    const [data] = setVariableData as JsonObject[];
    const [result] = setVariableResult as JsonObject[];
    const named = (data?.variable as JsonObject | undefined)?.name === 'BasicAuthPassword';
    return named && result?.attributeStatus === 'Accepted' ? String(data?.attributeValue) : undefined;
  },
};
