/** Charger: certificates of a CSMS on which the texts leave a choice. What it does is told; that it lives on is judged. */
import type { Context } from '../../src/judge/context.ts';
import { behaviour, type Fault } from '../../src/judge/fault.ts';
import { type CaseSpec, suite, testCase } from '../../src/judge/test-case.ts';
import { expect } from '../../src/judge/words.ts';
import type { Face } from '../../src/wire/transport.ts';
import { knocks, told } from './knocks.ts';
import { BROKEN, back, backCheck, CONNECTED, control, knocksAt, neverBack, refs } from './tls.door.ts';
import { namedFaces, publicFace, stapledFace, weakFaces } from './tls.flows.ts';
import { hurried } from './tls.hurry.ts';

const both = ['1.6', '2.0.1'] as const;
const secure = [2, 3] as const;

const plainCheck = {
  ref: refs('A00.FR.005', 'A00.FR.001'),
  level: 'SHALL',
  says: 'it never comes without TLS, or with another security profile',
} as const;

type Faces = Readonly<Record<string, (context: Context) => Promise<Face>>>;

/** The station meets one face after the other; what it makes of each is a fact, and it comes back each time. */
async function meets(
  context: Context<'back'>,
  faces: Faces,
  judge: (outcome: string) => void = () => {},
): Promise<void> {
  const { csms, note } = context;
  const shown = await Promise.all(
    Object.entries(faces).map(async ([what, make]) => [what, await make(context)] as const),
  );
  await control(context);
  await hurried(context);
  for (const [what, face] of shown) {
    csms.show(face);
    const came = await knocks(context);
    judge(came.outcome);
    // Whoever comes without TLS then does so with the next attempt.
    if (came.outcome === BROKEN) judge((await csms.attempt())?.outcome ?? BROKEN);
    note(`a certificate ${what}: ${came.outcome === CONNECTED ? 'taken' : told(came)}`);
    await back(context);
  }
}

interface OddSpec {
  readonly id: string;
  readonly title: string;
  readonly faces: Faces;
}

const oddCase = ({ id, title, faces }: OddSpec): CaseSpec =>
  testCase({
    id,
    title,
    sut: 'station',
    versions: both,
    profiles: secure,
    exclusive: true,
    checks: { plain: plainCheck, back: backCheck },
    catches: {
      plain: behaviour('falls-back-to-plain', 'after a TLS handshake that failed, it comes without TLS'),
      back: neverBack,
    },
    run: (context) =>
      meets(context, faces, (outcome) => context.check('plain', () => expect(outcome).to.not.equal('refused'))),
  });

const dies: Fault = behaviour('dies-on-odd-tls', 'something unusual in a TLS handshake is the end of it');

export default suite('station/tls', 'TLS of an odd CSMS', [
  oddCase({
    id: 'station/tls/names',
    title: 'The station lives with a certificate that says the name of the CSMS in one of two places',
    faces: namedFaces,
  }),

  oddCase({
    id: 'station/tls/weak-certificate',
    title: 'The station lives with a certificate of the CSMS that is weaker than it is to be',
    faces: weakFaces,
  }),

  testCase({
    id: 'station/tls/stapled',
    title: 'The station lives with an answer of OCSP that comes with a certificate, good or revoked',
    sut: 'station',
    versions: both,
    profiles: secure,
    exclusive: true,
    checks: { back: backCheck },
    catches: { back: dies },
    run: (context) =>
      meets(context, {
        'told to be good': (one) => stapledFace(one, 'good'),
        'told to be revoked': (one) => stapledFace(one, 'revoked'),
      }),
  }),

  testCase({
    id: 'station/tls/public-authority',
    title: 'The station trusts the authority of its operator, and not those that everybody trusts',
    sut: 'station',
    versions: both,
    profiles: secure,
    exclusive: true,
    checks: {
      own: {
        ref: refs('A00.FR.307', 'A00.FR.308'),
        level: 'SHOULD',
        says: 'at a certificate that an authority signed which is not the operator’s, it breaks off',
      },
      back: backCheck,
    },
    catches: {
      own: behaviour('trusts-public-authorities', 'authorities that everybody trusts are trusted'),
      back: neverBack,
    },
    async run(context) {
      const { check } = context;
      const face = publicFace(context);
      await control(context);
      const came = await knocksAt(context, face);
      check('own', () => expect(came.outcome).to.equal(BROKEN));
      await back(context);
    },
  }),
]);
