/** What a 2.x charger knows of customers, told and forgotten for the asking (use cases N09, N10). */
import { send } from './outbox.ts';
import type { Handler } from './protocol.ts';
import type { IdToken } from './state.ts';
import type { Station } from './station.ts';

/** Most characters of `data` in one message. */
const PART = 512;

/** What is known of a token, a line for each place in which it is. */
function known(station: Station, { idToken }: IdToken): string[] {
  const key = idToken.toLowerCase();
  const cached = station.extras?.cache?.get(key);
  const listed = station.extras?.localList?.get(key);
  const charging = station.evses.filter(({ session }) => session?.token?.idToken.toLowerCase() === key);
  return [
    ...(cached ? [`authorization cache: ${idToken} ${cached.status}`] : []),
    ...(listed ? [`local list: ${idToken} ${listed.status}`] : []),
    ...charging.map(({ id }) => `charges at EVSE ${id}: ${idToken}`),
  ];
}

export const customerInformation: Handler = (station, asked, after) => {
  const references = ['idToken', 'customerIdentifier', 'customerCertificate'].filter((key) => asked[key] !== undefined);
  // N09.FR.09
  if (references.length !== 1) return { status: 'Invalid' };
  const report = asked['report'] === true;
  const clear = asked['clear'] === true;
  // N09.FR.07
  if (!report && !clear) return { status: 'Rejected' };
  after(() => {
    const token = asked['idToken'] as IdToken | undefined;
    const found = token === undefined ? [] : known(station, token);
    // The local list is the CSMS's (N10.FR.03).
    if (clear && token !== undefined) station.extras?.cache?.delete(token.idToken.toLowerCase());
    const data = report ? found.join('\n') || 'nothing is known' : 'cleared';
    tell(station, asked['requestId'], data);
  });
  return { status: 'Accepted' };
};

/** NotifyCustomerInformation, in parts that are numbered from 0. */
function tell(station: Station, requestId: unknown, data: string): void {
  const generatedAt = new Date(station.clock.now()).toISOString();
  const parts = Math.max(1, Math.ceil(data.length / PART));
  for (let seqNo = 0; seqNo < parts; seqNo++) {
    const part = data.slice(seqNo * PART, (seqNo + 1) * PART);
    send(station, 'NotifyCustomerInformation', { requestId, generatedAt, seqNo, tbc: seqNo < parts - 1, data: part });
  }
}
