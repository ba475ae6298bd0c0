/** Where a charger slips with credentials: what it shows, what it trusts, what it asks to be signed. Only faults use it. */
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
] as const;

/** How a station with these slips speaks TLS. */
export const tlsSlips = (own: ReadonlySet<string>): TlsSlips => ({
  trustsAnyIssuer: own.has('trusts-any-issuer'),
  trustsAnyHost: own.has('trusts-any-host'),
  trustsAnyDate: own.has('trusts-any-date'),
  takesWildcards: own.has('takes-wildcards'),
  takesOldTls: own.has('takes-old-tls'),
  takesWeakSuites: own.has('takes-weak-suites'),
  lacksLongSuites: own.has('lacks-long-suites-as-client'),
});
