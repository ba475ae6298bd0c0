/** The fault table: named behaviours of the reference's models, each one thing done wrong. */
import type { CsmsPolicy } from '../csms/policy.ts';

/** CSMS behaviours, by the name that `behaviour(…)` and `--fault` use. */
export const csmsBehaviours: Readonly<Record<string, Partial<CsmsPolicy>>> = {
  'accepts-any-token': { acceptsAnyToken: true },
  'ignores-concurrent-tx': { ignoresConcurrentTx: true },
  'same-transaction-id': { sameTransactionId: true },
  'forgets-retries': { forgetsRetries: true },
  'forgets-stops': { forgetsStops: true },
  'refuses-unknown-transactions': { refusesUnknownTransactions: true },
  'accepts-one-boot': { acceptsOneBoot: true },
  'serves-unregistered': { servesUnregistered: true },
  'accepts-invalid-payloads': { acceptsInvalidPayloads: true },
  'ignores-subprotocol': { ignoresSubprotocol: true },
  'echoes-first-subprotocol': { echoesFirstSubprotocol: true },
  'accepts-unknown-actions': { acceptsUnknownActions: true },
  'blocks-after-error': { blocksAfterError: true },
  'hangs-up': { hangsUp: true },
  'dies-on-malformed': { diesOnMalformed: true },
  'cuts-message-ids': { cutsMessageIds: true },
  'tells-cases-apart': { tellsCasesApart: true },
  'learns-tokens': { learnsTokens: true },
  'groups-of-one': { groupsOfOne: true },
  'one-group-for-all': { oneGroupForAll: true },
  'ignores-item-limits': { ignoresItemLimits: true },
  'hides-groups': { hidesGroups: true },
  'accepts-any-vendor': { acceptsAnyVendor: true },
  'sends-two-at-once': { sendsTwoAtOnce: true },
};
