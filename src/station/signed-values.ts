/** Signed meter values: the register with a signature beside it, in the form of OCMF. The key is made up. */
import type { Evse } from './state.ts';
import type { Station } from './station.ts';
import type { Payload } from './types.ts';
import { text } from './values.ts';

const ENERGY = 'Energy.Active.Import.Register';
const METHOD = 'ECDSA-secp256r1-SHA256';
const PUBLIC_KEY = 'MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAEplugproof';

/** Adds a signature to the energy of a meter value (2.x J01.FR.21, J02.FR.21); the other readings have none. */
export function signed(station: Station, evse: Evse, value: Payload): Payload {
  const publicKey =
    text(station, 'OCPPCommCtrlr.PublicKeyWithSignedMeterValue') === 'EveryMeterValue' ? PUBLIC_KEY : '';
  const sign = (sample: Payload): Payload => ({
    ...sample,
    signedMeterValue: {
      signedMeterData: btoa(
        `OCMF|{"ID":"${evse.id}","TM":"${value['timestamp']}","RV":${sample['value']}}|{"SA":"${METHOD}"}`,
      ),
      signingMethod: METHOD,
      encodingMethod: 'OCMF',
      publicKey: btoa(publicKey),
    },
  });
  const sampledValue = (value['sampledValue'] as readonly Payload[]).map((sample) =>
    sample['measurand'] === ENERGY ? sign(sample) : sample,
  );
  return { ...value, sampledValue };
}
