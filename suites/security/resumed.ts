/** Sessions of TLS that are gone on with: who comes back is asked who he is, as before. */
import type { Context } from '../../src/judge/context.ts';
import { behaviour } from '../../src/judge/fault.ts';
import type { Knock, KnockOptions } from '../../src/judge/station-player.ts';
import { type CaseSpec, testCase } from '../../src/judge/test-case.ts';
import { Unmet } from '../../src/judge/unmet.ts';
import { expect } from '../../src/judge/words.ts';
import type { TlsOffer } from '../../src/wire/transport.ts';
import { byVersion, NOT_SERVED } from './certified.ts';
import { versions } from './hellos.ts';
import {
  knockOnce,
  letIn,
  opened,
  otherStation,
  ownPassword,
  registers,
  stillThere,
  stillThereCheck,
  tell,
} from './knocking.ts';

const trusts = behaviour('trusts-resumed-sessions', 'who resumes a TLS session is let in under any name');
const dies = behaviour('dies-on-bad-credentials', 'who shows wrong credentials ends the service for everybody');

/** Sessions of the two are kept in different ways. */
const KINDS: readonly Pick<TlsOffer, 'version'>[] = [{ version: 'TLSv1.2' }, {}];

/**
 * A session of the station's own, and the control that it can be gone on with where it belongs.
 * @throws Unmet where the station is not let in with it, or the connection shows no session
 */
async function session(context: Context, kind: Pick<TlsOffer, 'version'>): Promise<TlsOffer> {
  const first = await letIn(context, { tls: kind });
  await first.session.close();
  const resumes = first.tls?.session;
  if (resumes === undefined) throw new Unmet('the connection shows no session of TLS that could be gone on with');
  const again = await letIn(context, { tls: { ...kind, resumes } });
  await again.session.close();
  // A server that keeps none makes a whole handshake, and the verdict is about that one.
  context.note(`${again.tls?.version ?? 'TLS'}: the session is ${again.tls?.resumed ? '' : 'not '}gone on with`);
  // One that was used may be good for nothing.
  return { ...kind, resumes: again.tls?.session ?? resumes };
}

/** Sessions of each kind: all of them before anything wrong is tried. @throws Unmet */
async function sessions(context: Context): Promise<TlsOffer[]> {
  const found: TlsOffer[] = [];
  for (const kind of KINDS) found.push(await session(context, kind));
  return found;
}

export const resumedPassword: CaseSpec = testCase({
  id: 'security/tls/resumed',
  title: 'CSMS wants the password of a station also where it goes on with a session of TLS',
  sut: 'csms',
  versions,
  profiles: [2],
  checks: {
    refused: {
      ref: byVersion('A00.FR.302'),
      level: 'SHALL',
      says: 'who goes on with a session of a station, without its password or under the name of another, is turned down',
    },
    there: stillThereCheck,
  },
  catches: { refused: trusts, there: dies },
  async run(context) {
    const other = otherStation(context, ownPassword(context));
    for (const tls of await sessions(context)) {
      const tries: Record<string, KnockOptions> = {
        'no password': { tls, headers: {} },
        ...(other && { [`the password of ${context.station.identity}, as ${other.id}`]: { tls, identity: other.id } }),
      };
      for (const [what, options] of Object.entries(tries)) {
        const knock: Knock = await knockOnce(context, options);
        context.check('refused', () => expect(tell(knock), what).to.not.equal('let in (101)'));
      }
    }
    await stillThere(context);
  },
});

export const resumedCertificate: CaseSpec = testCase({
  id: 'security/client-certificates/resumed',
  title: 'CSMS lets nobody in as another station by going on with a session of TLS',
  sut: 'csms',
  versions,
  profiles: [3],
  certificates: 'second station',
  exclusive: true,
  checks: {
    refused: {
      ref: byVersion('A00.FR.405'),
      level: 'SHALL',
      says: `who goes on with the session of another station is ${NOT_SERVED}`,
    },
    there: stillThereCheck,
  },
  catches: { refused: trusts, there: dies },
  async run(context) {
    const { sut, station } = context;
    const other = sut.identities.find(({ id, cert }) => id !== station.identity && cert !== undefined);
    if (other?.cert === undefined || other.key === undefined) throw new Unmet('no second station has a certificate');
    const client = { cert: other.cert, key: other.key };
    // It is served as itself, or a refusal says nothing.
    const own = await letIn(context, { identity: other.id, tls: { client } });
    if (opened(own)) await own.session.close();
    for (const tls of await sessions(context)) {
      const outcome = await registers(context, { tls, identity: other.id });
      context.check('refused', () =>
        expect(outcome, `the session of ${station.identity}, as ${other.id}`).to.not.equal('Accepted'),
      );
    }
    await stillThere(context);
  },
});
