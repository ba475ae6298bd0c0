/** Charger, 2.x network connection profiles over TLS: another CSMS under a new root, found or not. */
import type { Context } from '../../src/judge/context.ts';
import { behaviour } from '../../src/judge/fault.ts';
import { suite, testCase } from '../../src/judge/test-case.ts';
import { Unmet } from '../../src/judge/unmet.ts';
import { expect } from '../../src/judge/words.ts';
import type { Authority } from '../../src/pki/authority.ts';
import type { Payload } from '../../src/session.ts';
import {
  checksRoots,
  csmsAuthority,
  installed,
  keysOf,
  listed,
  newAuthority,
  relisted,
  timesIn,
} from './certificates.flows.ts';
import { faceUnder, ROOT_CHECK, replaces } from './certificates.used.ts';
import { knocks, told } from './knocks.ts';
import { bootOf, moved, moving, movingFaults, pathOf, RESUMES } from './network.v2.ts';
import { ready } from './states.ts';
import { configured, hurried } from './states.v2.ts';
import { BROKEN, CONNECTED, knocksAt, restored } from './tls.door.ts';

const versions = ['2.0.1'] as const;
const secure = [2, 3] as const;

/** A root that a station takes and that it has not yet. */
interface NewRoot {
  readonly authority: Authority;
  /** PEM of who signed it; itself where nobody did. */
  readonly issuer: string;
  /** The root in whose place it comes; undefined where it comes beside the others. */
  readonly replaces: Authority | undefined;
}

/** @throws Unmet where the old root has to sign it, and nobody lent us its key */
async function newRoot(context: Context): Promise<NewRoot> {
  const old = (await checksRoots(context)) ? csmsAuthority(context) : undefined;
  const authority = await (old?.subordinate('plugproof new root', 'plugproof') ?? newAuthority(context));
  return { authority, issuer: (old ?? authority).cert, replaces: old };
}

/** Puts it on the station. @throws Unmet where it is not taken */
async function taken(context: Context, root: NewRoot): Promise<void> {
  if (root.replaces === undefined) {
    await installed(context, 'csms', root.authority);
    return;
  }
  const status = await replaces(context, root.authority.cert);
  if (status !== 'Accepted') throw new Unmet(`the station did not take the new root: ${String(status)}`);
}

/** When the case is over, the station finds the CSMS as it was, and trusts it. */
function goesHome(context: Context, { authority, replaces: old }: NewRoot): void {
  const { after, csms, note } = context;
  after(async () => {
    if (csms.connected && old !== undefined) {
      const status = await replaces(context, await authority.crossSign(old));
      note(`the root that was there before is installed again: ${String(status)}`);
    }
    csms.show();
  });
}

const several = (payload: unknown): boolean =>
  ((payload as Payload)['certificateHashDataChain'] as readonly Payload[]).length > 1;

export default suite('station/network', 'Network connection profiles and roots', [
  testCase({
    id: 'station/network/migrate-root',
    title: 'A station that has the root of another CSMS, and its address, trusts it after a restart, and registers',
    sut: 'station',
    versions,
    profiles: secure,
    exclusive: true,
    octt: { '2.0.1': 'TC_B_50_CS' },
    checks: {
      stranger: { ref: 'A00.FR.308', level: 'SHALL', says: 'as long as it has not that root, it breaks off there' },
      ...moving,
      dials: { ref: 'B10.FR.04', level: 'SHALL', says: 'after the restart it dials the address that comes first' },
      apart: { ref: 'B10.FR.06', level: 'SHALL', says: 'when it does, the old connection is closed' },
      boots: { ref: 'B01.FR.03', level: 'SHALL', says: 'there it registers' },
      roots: {
        ref: 'M05.FR.13',
        level: 'SHALL',
        says: 'it has the new root, and the old one where that was not replaced',
      },
      trusts: {
        ref: 'A00.FR.307',
        level: 'SHALL',
        says: 'a root that was not replaced is trusted as before, else the new one',
      },
    },
    catches: {
      stranger: behaviour('trusts-any-issuer', 'whoever signed the certificate of a CSMS, it is trusted'),
      ...movingFaults,
      dials: [
        behaviour('keeps-its-address', 'the address that was stored is not dialled'),
        behaviour('keeps-roots', 'a new root of the CSMS is accepted, and the old one trusted'),
      ],
      apart: behaviour('dials-before-it-hangs-up', 'a new connection is made before the old one is closed'),
      boots: behaviour('boots-once', 'after a reset no BootNotification is sent'),
      roots: relisted('without the first of several', (entries) => entries.slice(1), several),
      trusts: behaviour('trusts-the-newest-root-alone', 'with a new root, those that were there before do no more'),
    },
    async run(context) {
      const { check, csms } = context;
      await ready(context);
      const { told: before } = await listed(context, 'csms');
      const root = await newRoot(context);
      const face = await faceUnder(context, root.authority);
      await hurried(context);
      const stranger = await knocksAt(context, face);
      check('stranger', () => expect(stranger.outcome).to.equal(BROKEN));
      await restored(context);
      await taken(context, root);
      const { path, since, knocked } = await moved(context, () => {
        goesHome(context, root);
        csms.show(face);
      });
      const boot = await bootOf(context, since);
      const dialled = csms.knocks.slice(knocked);
      check('dials', () => expect(dialled.map(({ target }) => pathOf(target))[0], 'dialled first').to.equal(path));
      check('apart', () => {
        expect(dialled.filter(({ connected }) => connected).length, 'while another connection was open').to.equal(0);
      });
      check('boots', () => expect(boot, 'a BootNotification').to.not.equal(undefined));
      if (boot === undefined) return;
      await ready(context);
      const { told: now } = await listed(context, 'csms');
      check('roots', () => {
        expect(timesIn(now, root.authority.cert, root.issuer), 'times that the new root is told of').to.equal(1);
        const gone = keysOf(before).filter((key) => !keysOf(now).includes(key));
        if (root.replaces === undefined) expect(gone, 'roots that are gone').to.deep.equal([]);
        else expect(now, 'roots of the CSMS').to.have.length(1);
      });
      if (root.replaces === undefined) csms.show();
      const came = await knocks(context);
      check('trusts', () => expect(told(came)).to.equal(CONNECTED));
    },
  }),

  testCase({
    id: 'station/network/migrate-root-fallback',
    title: 'A station that finds no CSMS under the new root at the new address goes back to the old one, and its root',
    sut: 'station',
    versions,
    profiles: secure,
    exclusive: true,
    octt: { '2.0.1': 'TC_B_47_CS' },
    onlyFor: ROOT_CHECK,
    feature: RESUMES,
    checks: {
      ...moving,
      stranger: { ref: 'M05.FR.15', level: 'SHALL', says: 'at the new address the old root does not do' },
      back: { ref: 'M05.FR.16', level: 'SHALL', says: 'at the old address it does: there the station is connected' },
      boots: { ref: 'B01.FR.03', level: 'SHALL', says: 'and registers' },
      kept: { ref: 'M05.FR.16', level: 'SHALL', says: 'the list still has the old root' },
    },
    catches: {
      ...movingFaults,
      stranger: behaviour('keeps-roots', 'a new root of the CSMS is accepted, and the old one trusted'),
      back: behaviour('gives-up-after-distrust', 'after a TLS handshake that failed it never comes again'),
      boots: behaviour('boots-once', 'after a reset no BootNotification is sent'),
      kept: relisted('without the first', (entries) => entries.slice(1)),
    },
    async run(context) {
      const { check, csms } = context;
      await ready(context);
      const root = await newRoot(context);
      if (root.replaces === undefined) throw new Unmet('AdditionalRootCertificateCheck is not true here');
      const { told: before } = await listed(context, 'csms');
      await configured(context, 'OCPPCommCtrlr', 'NetworkProfileConnectionAttempts', '1');
      await taken(context, root);
      const { old, path, since, knocked } = await moved(context);
      const boot = await bootOf(context, since);
      const paths = csms.knocks.slice(knocked).map(({ target }) => pathOf(target));
      check('stranger', () => expect(paths, 'connections').to.not.include(path));
      check('back', () => expect(paths, 'connections').to.include(old));
      check('boots', () => expect(boot, 'a BootNotification').to.not.equal(undefined));
      if (boot === undefined) return;
      await ready(context);
      const { told: now } = await listed(context, 'csms');
      check('kept', () => {
        const gone = keysOf(before).filter((key) => !keysOf(now).includes(key));
        expect(gone, 'roots that are gone').to.deep.equal([]);
        expect(now, 'roots of the CSMS').to.not.deep.equal([]);
      });
    },
  }),
]);
