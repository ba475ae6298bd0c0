/** Which station knocks: its identity, from the request target (OCPP-J 3.1.1, Part 4 3.1.1). */
import { dialects, type OcppVersion } from '../dialects/index.ts';
import type { HandshakeRequest } from '../wire/transport.ts';
import type { CsmsPolicy } from './policy.ts';
import type { Store } from './store.ts';

export interface IdentityOptions {
  /** Path in front of the identity. */
  readonly path: string;
  readonly versions: readonly OcppVersion[];
  readonly policy: CsmsPolicy;
  readonly store: Store;
}

/** Characters of an identity in 2.x, which has no colon either. */
const LONGEST = 48;

/** The identity that is asked for, as it is on record; undefined where there can be none of that name. */
export function identityOf(request: HandshakeRequest, options: IdentityOptions): string | undefined {
  const { policy, store } = options;
  let named = lastSegment(request.target, options);
  if (named === undefined || !speaks2(request, options)) return named;
  if (policy.cutsIdentities) named = named.slice(0, LONGEST);
  if (policy.cutsIdentitiesAtColons) named = named.split(':', 1)[0] ?? '';
  if (!policy.takesAnyIdentity && (named.length > LONGEST || named.includes(':'))) return undefined;
  if (policy.refusesLongIdentities && named.length > 36) return undefined;
  return policy.tellsIdentitiesApart ? named : store.named(named);
}

/** True where the version that is agreed on is 2.x: identities are identifierStrings then. */
export function speaks2({ subprotocols }: HandshakeRequest, { versions }: Pick<IdentityOptions, 'versions'>): boolean {
  const spoken = versions.map((version) => dialects[version].subprotocol);
  const agreed = subprotocols.find((token) => spoken.includes(token));
  return agreed !== undefined && agreed !== dialects['1.6'].subprotocol;
}

/** The last segment of the request target, decoded once; undefined for another path. */
function lastSegment(target: string, { path, policy }: IdentityOptions): string | undefined {
  const [before = ''] = target.split('?');
  if (!before.startsWith(`${path}/`)) return undefined;
  const last = before.slice(path.length + 1);
  if (last === '' || last.includes('/')) return undefined;
  if (policy.refusesPercentEncoding && last.includes('%')) return undefined;
  try {
    const once = decodeURIComponent(last);
    return policy.decodesTwice ? decodeURIComponent(once) : once;
  } catch {
    return undefined;
  }
}
