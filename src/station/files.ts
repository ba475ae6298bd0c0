/** A file server as a charger meets it: what becomes of a download or an upload. */

export type Download = 'good' | 'missing' | 'broken' | 'badlySigned';

export interface FileServer {
  download(location: string): Download;
  /** @returns false where the signature (base64) is not that of the file */
  signed(location: string, signature: string): boolean;
  /** @returns false where the file was not taken */
  upload(location: string): boolean;
}

/** Addresses for documentation (RFC 5737), of the link alone (RFC 3927), and a port that discards (RFC 863): nobody is there. */
const NOBODY = /(\/\/|@)((192\.0\.2|198\.51\.100|203\.0\.113|169\.254\.\d+)\.\d+|127\.0\.0\.1:9\b)/;

/** Schemes that a charger knows (2.x FileTransferProtocols), with a host behind them. */
const REACHABLE = /^(https?|ftps?|sftp):\/\/[^/\s]+/i;

/** What stands, in base64, where a signature should. */
export const NO_SIGNATURE = 'not the signature of this file';

/** A server that is not there: the words in the location say what happens, all else goes well. */
export const fakeFiles: FileServer = {
  signed: (_location, signature) => signature !== btoa(NO_SIGNATURE),
  download: (location) => {
    if (
      !REACHABLE.test(location) ||
      NOBODY.test(location) ||
      /missing|unreachable|nonexist|invalid-location/i.test(location)
    )
      return 'missing';
    if (/bad-?ly?-?signed|bad-?signature|invalid-?signature/i.test(location)) return 'badlySigned';
    return /broken|corrupt/i.test(location) ? 'broken' : 'good';
  },
  upload: (location) =>
    REACHABLE.test(location) &&
    !NOBODY.test(location) &&
    !/missing|unreachable|nonexist|refus|invalid-location/i.test(location),
};
