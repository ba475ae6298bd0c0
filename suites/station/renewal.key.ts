/** Charger: its private key is nowhere in what it says (2.x A02.FR.05; whitepaper). */
import { createPublicKey } from 'node:crypto';
import type { OcppVersion } from '../../src/dialects/dialect.ts';
import type { Context } from '../../src/judge/context.ts';
import { behaviour } from '../../src/judge/fault.ts';
import { suite, testCase } from '../../src/judge/test-case.ts';
import { Unmet } from '../../src/judge/unmet.ts';
import { expect } from '../../src/judge/words.ts';
import { keyIn } from '../../src/pki/leak.ts';
import { everything } from './access.ts';
import { shownKey, triggers } from './renewal.flows.ts';
import { quiet, ready } from './states.ts';
import { refs } from './tls.door.ts';

/** Names under which a key might be had for the asking. */
const NAMES = ['PrivateKey', 'ClientPrivateKey', 'ChargingStationPrivateKey', 'ChargePointPrivateKey', 'TlsKey'];

/** Asks for them. */
const byName = {
  '1.6': ({ csms }: Context) => csms.call('GetConfiguration', { key: NAMES }),
  '2.0.1': variables,
  '2.1': variables,
} satisfies Readonly<Record<OcppVersion, unknown>>;

function variables({ csms }: Context) {
  const getVariableData = NAMES.map((name) => ({ component: { name: 'SecurityCtrlr' }, variable: { name } }));
  return csms.call('GetVariables', { getVariableData });
}

export default suite('station/renewal', 'The key of the station', [
  testCase({
    id: 'station/renewal/key-hidden',
    title: 'The station tells nobody its private key',
    sut: 'station',
    versions: ['1.6', '2.0.1'],
    profiles: [3],
    checks: {
      hidden: {
        ref: refs('A02.FR.05'),
        level: 'SHALL',
        says: 'in no answer, no report and no request for a certificate there is a private key',
      },
    },
    catches: { hidden: behaviour('tells-its-key', 'the private key stands among what is configured') },
    async run(context) {
      const { check, csms, dialect } = context;
      await ready(context);
      const since = csms.mark;
      const shown = shownKey(context);
      if (shown === undefined) throw new Unmet('the station shows no certificate');
      const named = await byName[dialect.version](context);
      const all = await everything[dialect.version](context);
      const { reply } = await triggers(context, 'Rejected').catch((cause: unknown) => {
        if (cause instanceof Unmet) return { reply: undefined };
        throw cause;
      });
      await quiet(context);
      const text = JSON.stringify([
        named.payload,
        all,
        reply?.payload,
        csms.calls(since).map(({ payload }) => payload),
      ]);
      check('hidden', () => expect(keyIn(text, createPublicKey(shown)), 'what stands there').to.equal(undefined));
    },
  }),
]);
