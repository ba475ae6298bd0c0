/** Plug and charge (2.x C07): a vehicle that identifies itself by the contract in it, checked here or by the CSMS. */
import { type authorize, offline, reachable, remember } from './authorization.ts';
import { send } from './outbox.ts';
import type { IdToken } from './state.ts';
import type { Station } from './station.ts';
import { flag } from './values.ts';

/** The contract of every vehicle that comes here. */
const CONTRACT: IdToken = { idToken: 'NL-PPF-C00000017-3', type: 'eMAID' };

const hash = (digit: string): string => digit.repeat(64);

/** What the CSMS needs to ask whether the certificates of the contract are revoked: its own, and the one above it. */
const HASHES = [
  { issuerNameHash: hash('a'), issuerKeyHash: hash('b'), serialNumber: '17' },
  { issuerNameHash: hash('c'), issuerKeyHash: hash('d'), serialNumber: '3' },
].map((one) => ({ hashAlgorithm: 'SHA256', ...one, responderURL: 'http://ocsp.example.org' }));

/** Stands for the chain of the contract: nobody here reads it. */
const CHAIN = '-----BEGIN CERTIFICATE-----\nMIIBszCCAVmgAwIBAgIUcGx1Z3Byb29mIGNvbnRyYWN0\n-----END CERTIFICATE-----\n';

/** Token of the vehicle at an EVSE; undefined where it does not identify itself. */
export const contractOf = (station: Station): IdToken | undefined =>
  station.settings.version !== '1.6' && flag(station, 'ISO15118Ctrlr.PnCEnabled') ? CONTRACT : undefined;

/** Decides on a contract, now or when the CSMS has answered. */
export const authorizeContract: typeof authorize = (station, token, then) => {
  if (!reachable(station)) {
    // C07.FR.07 to C07.FR.12
    if (flag(station, 'ISO15118Ctrlr.ContractValidationOffline')) then(offline(station, token));
    return;
  }
  // A station of ours that can leave it to the CSMS to look at a contract does so (C07.FR.06).
  const central = flag(station, 'ISO15118Ctrlr.CentralContractValidationAllowed');
  const proof = central ? { certificate: CHAIN } : { iso15118CertificateHashData: HASHES };
  send(
    station,
    'Authorize',
    { idToken: token, ...proof },
    {
      done: ({ payload }) => {
        const answer = station.protocol.authorization(payload);
        if (answer === undefined) return;
        remember(station, token.idToken, answer);
        const { certificateStatus = 'Accepted' } = payload;
        if (certificateStatus === 'Accepted') then(answer);
      },
    },
  );
};
