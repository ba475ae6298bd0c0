/** What a charger asks of cryptography: a port, since this folder knows none. Certificates and keys are PEM. */

/** A certificate with its key. */
export interface Keyed {
  /** Its own first, then those that vouch for it. */
  readonly cert: string;
  readonly key: string;
}

/** What a certificate says of itself. */
export interface CertificateFacts {
  readonly commonName: string;
  readonly organization: string | undefined;
  /** Epoch milliseconds. */
  readonly from: number;
  readonly until: number;
  /** It may sign others. */
  readonly authority: boolean;
}

/** CertificateHashDataType, for SHA-256. */
export interface HashData {
  readonly hashAlgorithm: string;
  readonly issuerNameHash: string;
  readonly issuerKeyHash: string;
  readonly serialNumber: string;
}

export interface Notary {
  /** A request for a certificate (PKCS #10), signed with a new key. */
  request(commonName: string, organization: string): Promise<{ readonly csr: string; readonly key: string }>;
  /** Undefined where it is no certificate; of a chain, the first. */
  read(pem: string): CertificateFacts | undefined;
  /** True where `issuer` signed the first certificate of `pem`. */
  signed(issuer: string, pem: string): boolean;
  /** True where the certificates of a chain vouch for each other, up to one that one of `roots` signed. */
  leads(chain: string, roots: readonly string[]): boolean;
  /** True where the first certificate of a chain is for that key. */
  fits(chain: string, key: string): boolean;
  hash(pem: string, issuer: string): HashData;
}
