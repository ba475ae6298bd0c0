/** Where a charger slips with credentials: what it shows, what it trusts, what it asks to be signed. Only faults use it. */
import { decode } from '../ocppj/decode.ts';
import { encodeCall, encodeCallResult } from '../ocppj/encode.ts';
import type { Transport } from '../wire/transport.ts';
import type { TlsSlips } from './station-tls.ts';

export const CREDENTIAL_SLIPS = [
  /** Whoever signed the certificate of a CSMS, it is trusted. */
  'trusts-any-issuer',
  /** Whatever its name, the certificate of a CSMS is trusted. */
  'trusts-any-host',
  /** Whatever its dates, the certificate of a CSMS is trusted. */
  'trusts-any-date',
  /** A certificate for all hosts of a domain is good, although nobody allowed it. */
  'takes-wildcards',
  /** TLS 1.0 and 1.1 are spoken. */
  'takes-old-tls',
  /** Cipher suites without encryption are spoken. */
  'takes-weak-suites',
  /** Of each pair of cipher suites only the first is spoken. */
  'lacks-long-suites-as-client',
  /** What was wrong with the TLS of the CSMS is told to nobody. */
  'silent-on-distrust',
  /** After a TLS handshake that failed, it comes without TLS. */
  'falls-back-to-plain',
  /** A new password is accepted, and the old one used. */
  'keeps-password',
  /** The password goes into the header as it is configured: as digits (1.6). */
  'sends-password-digits',
  /** The name in the header is in upper case, whatever the identity. */
  'sends-another-user',
  /** No password is shown. */
  'sends-no-password',
  /** A new certificate is accepted, and the old one shown. */
  'keeps-certificate',
  /** Requests for certificates are made for another organization. */
  'asks-for-another-organization',
  /** Requests for certificates have no common name. */
  'asks-for-nobody',
  /** Every request for a certificate is for the same key. */
  'reuses-keys',
  /** Requests for certificates are for RSA keys of 1024 bits. */
  'asks-for-weak-keys',
  /** Any certificate is good, whatever its key. */
  'takes-any-key',
  /** Certificates are good whatever their dates. */
  'takes-any-dates',
  /** Certificates are good whoever signed them. */
  'takes-any-signer',
  /** Certificates are good whatever their names. */
  'takes-any-names',
  /** DeleteCertificate is answered, and nothing deleted. */
  'deletes-nothing',
  /** DeleteCertificate deletes all certificates. */
  'deletes-all',
  /** Only the first request for a certificate leaves. */
  'asks-to-be-signed-once',
  /** Only two requests for a certificate leave. */
  'asks-to-be-signed-twice',
  /** The password is shown with the first connection alone. */
  'shows-password-once',
  /** The password stands among what is configured. */
  'tells-its-password',
  /** No certificate is shown. */
  'shows-no-certificate',
  /** The certificate that is shown has an RSA key of 1024 bits. */
  'shows-weak-certificate',
  /** The certificate that is shown does not say whose it is. */
  'shows-certificate-of-nobody',
  /** The certificate that is shown is for an address. */
  'shows-certificate-of-address',
  /** After a TLS handshake that failed it never comes again. */
  'gives-up-after-distrust',
  /** The certificate is shown with the first connection alone. */
  'shows-certificate-once',
  /** A new root of the CSMS is accepted, and the old one trusted. */
  'keeps-roots',
  /** A new root of the CSMS is trusted, and those that were there before no more. */
  'trusts-the-newest-root-alone',
  /** Another security profile is accepted, and the old one used. */
  'keeps-profile',
  /** No certificate of a CSMS is trusted. */
  'trusts-nobody',
  /** Only what a root has signed itself is trusted. */
  'trusts-no-chains',
  /** TLS 1.1 is spoken although the CSMS can do better. */
  'prefers-old-tls',
  /** Authorities that everybody's machines trust are trusted for a CSMS. */
  'trusts-public-authorities',
  /** All requests for certificates but the first are none. */
  'garbles-later-requests',
  /** With a certificate of its own that has expired it stays away. */
  'hides-when-expired',
  /** A security profile that does not work is kept, and the one before never tried again. */
  'never-falls-back',
  /** Its private key stands among what is configured. */
  'tells-its-key',
  /** A ServerHello that agrees to compression is gone on with. */
  'takes-compression',
  /** A ServerHello with a suite that was not offered is gone on with. */
  'takes-unoffered-suites',
  /** A ServerHello of TLS 1.2 that bears the sign of a newer one is gone on with. */
  'takes-downgrades',
  /** A handshake is broken off without an alert. */
  'says-no-alerts',
  /** Something unusual in a TLS handshake is the end of it. */
  'dies-on-odd-tls',
] as const;

/** What a station remembers of it over all its connections. */
interface Slips {
  readonly own: ReadonlySet<string>;
  /** Requests for certificates that left, or were to. */
  signings: number;
}

/**
 * A transport on which the station slips with credentials; `transport` itself for one without these faults.
 * @param password as it is configured
 * @param key of its certificate, PEM
 */
export function slippingCredentials(transport: Transport, slips: Slips, password: string, key = ''): Transport {
  const { own } = slips;
  const most = own.has('asks-to-be-signed-once') ? 1 : own.has('asks-to-be-signed-twice') ? 2 : undefined;
  const told = own.has('tells-its-password') ? password : own.has('tells-its-key') ? key : undefined;
  const garbles = own.has('garbles-later-requests');
  const asked = own.has('deletes-nothing') || own.has('deletes-all') || most !== undefined || garbles;
  if (!asked && told === undefined) return transport;
  const lists = new Set<unknown>();
  let emptied = false;
  const heard = (message: string | Uint8Array): boolean => {
    const frame = decode(message);
    if (frame.kind !== 'call') return true;
    if (frame.action === 'GetInstalledCertificateIds') lists.add(frame.id);
    if (frame.action !== 'DeleteCertificate') return true;
    emptied = own.has('deletes-all');
    if (own.has('deletes-nothing')) transport.send(encodeCallResult(frame.id, { status: 'Accepted' }));
    return !own.has('deletes-nothing');
  };
  const said = (message: string | Uint8Array): string | Uint8Array | undefined => {
    const frame = decode(message);
    if (frame.kind === 'call' && frame.action === 'SignCertificate') {
      slips.signings++;
      if (most !== undefined && slips.signings > most) return undefined;
      if (garbles && slips.signings > 1) return encodeCall(frame.id, frame.action, { csr: 'no request' });
    }
    if (told !== undefined && typeof message === 'string')
      return message.replace(/"(value|attributeValue)":"[^"]*"/, (_, name) => `"${name}":${JSON.stringify(told)}`);
    const list = frame.kind === 'callresult' && lists.delete(frame.id);
    return list && emptied ? encodeCallResult(frame.id, { status: 'NotFound' }) : message;
  };
  return {
    subprotocol: transport.subprotocol,
    attach: (events) =>
      transport.attach({
        close: (closing) => events.close(closing),
        message: (message) => {
          if (heard(message)) events.message(message);
        },
      }),
    send: (message) => {
      const rest = said(message);
      if (rest !== undefined) transport.send(rest);
    },
    close: (code, reason) => transport.close(code, reason),
    terminate: () => transport.terminate(),
  };
}

/** How a station with these slips speaks TLS. */
export const tlsSlips = (own: ReadonlySet<string>): TlsSlips => ({
  trustsAnyIssuer: own.has('trusts-any-issuer'),
  trustsAnyHost: own.has('trusts-any-host'),
  trustsAnyDate: own.has('trusts-any-date'),
  trustsNobody: own.has('trusts-nobody'),
  trustsNoChains: own.has('trusts-no-chains'),
  prefersOldTls: own.has('prefers-old-tls'),
  takesWildcards: own.has('takes-wildcards'),
  takesOldTls: own.has('takes-old-tls'),
  takesWeakSuites: own.has('takes-weak-suites'),
  lacksLongSuites: own.has('lacks-long-suites-as-client'),
  trustsPublicAuthorities: own.has('trusts-public-authorities'),
  diesOnOddTls: own.has('dies-on-odd-tls'),
  takesCompression: own.has('takes-compression'),
  takesUnofferedSuites: own.has('takes-unoffered-suites'),
  takesDowngrades: own.has('takes-downgrades'),
  saysNoAlerts: own.has('says-no-alerts'),
  hidesWhenExpired: own.has('hides-when-expired'),
});
