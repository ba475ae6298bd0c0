/** Which OCPP version a CSMS speaks, where nobody said: offered all, it names one. */
import { dialects, type OcppVersion, ocppVersions } from '../dialects/index.ts';
import { socketDialer } from '../wire/ws-client.ts';

/** Milliseconds for the handshake. */
const HANDSHAKE_MS = 10_000;

/** What is judged where the CSMS lets nobody in who shows nothing: most back offices speak it. */
const USUAL: OcppVersion = '1.6';

/** @param url without the identity */
export async function spokenVersion(url: string, identity: string): Promise<OcppVersion> {
  const { protocol, host, pathname } = new URL(url);
  const dialer = socketDialer({ origin: `${protocol}//${host}`, timeoutMs: HANDSHAKE_MS, trustsAnybody: true });
  const newestFirst = [...ocppVersions].reverse();
  const handshake = await dialer.dial({
    target: `${pathname.replace(/\/$/, '')}/${encodeURIComponent(identity)}`,
    subprotocols: newestFirst.map((version) => dialects[version].subprotocol),
    headers: {},
  });
  if (handshake.outcome !== 'open') return USUAL;
  const { subprotocol } = handshake.transport;
  handshake.transport.attach({ message: () => {}, close: () => {} });
  handshake.transport.close();
  return newestFirst.find((version) => dialects[version].subprotocol === subprotocol) ?? USUAL;
}
