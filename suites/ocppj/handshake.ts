/** OCPP-J, CSMS: the opening handshake. The version is agreed by the subprotocol, the station is told by the path. */
import { dialects, ocppVersions } from '../../src/dialects/index.ts';
import type { Context } from '../../src/judge/context.ts';
import { behaviour } from '../../src/judge/fault.ts';
import { at } from '../../src/judge/path.ts';
import type { Knock, KnockOptions } from '../../src/judge/station-player.ts';
import { suite, testCase } from '../../src/judge/test-case.ts';
import { Unmet } from '../../src/judge/unmet.ts';
import { expect } from '../../src/judge/words.ts';
import { randomWord } from '../../src/random.ts';

const all = ['1.6', '2.0.1', '2.1'] as const;

/** Where the version is agreed; 2.1 counts its sections otherwise. */
const versionRef = { '1.6': 'J 3.1.2', '2.0.1': 'P4 3.1.2', '2.1': 'P4 3.1.2' } as const;
const serverRef = { '1.6': 'J 3.2', '2.0.1': 'P4 3.2', '2.1': 'P4 3.3' } as const;
const urlRef = { '1.6': 'J 3.1.1', '2.0.1': 'P4 3.1.1', '2.1': 'P4 3.1.1' } as const;

/** A version that never was. */
const UNKNOWN = 'ocpp0.1';
/** "Immediately", with room for a slow network and a closing handshake. */
const AT_ONCE_MS = 5_000;

const tell = (knock: Knock): string => ('session' in knock ? `101, '${knock.subprotocol}'` : knock.says);
const opened = (knock: Knock): knock is Extract<Knock, { session: unknown }> => 'session' in knock;

/** The request target of a station, with its last segment as it goes over the wire. */
function targetOf({ sut }: Pick<Context, 'sut'>, segment: string): string {
  const path = sut.url === undefined ? '' : new URL(sut.url).pathname;
  return `${path.replace(/\/$/, '')}/${segment}`;
}

/** Percent-encodes the first character, which needs none: the same URI by RFC 3986, 6.2.2.2. */
const encodeFirst = (identity: string): string =>
  `%${identity.charCodeAt(0).toString(16).toUpperCase().padStart(2, '0')}${encodeURIComponent(identity.slice(1))}`;

/** Knocks, and closes what opened. */
async function knockOnce(context: Context, options: KnockOptions): Promise<Knock> {
  const knock = await context.station.knock(options);
  if (opened(knock)) await knock.session.close();
  return knock;
}

/** The control: the station is let in where nothing is wrong. @throws Unmet */
async function letIn(context: Context): Promise<void> {
  const knock = await knockOnce(context, {});
  if (!opened(knock)) throw new Unmet(`the CSMS did not let ${context.station.identity} in: ${knock.says}`);
}

/** What an identity comes to: a refusal, or the status with which its boot is answered. */
async function comesTo(context: Context, segment: string): Promise<string> {
  const { station, sut, words } = context;
  const knock = await station.knock({ target: targetOf(context, segment) });
  if (!opened(knock)) return 'refused';
  const reply = await knock.session.call('BootNotification', words.boot(sut.station));
  await knock.session.close();
  if (reply.kind === 'closed') return 'refused';
  return reply.kind === 'callresult' ? String(at(reply.payload, 'status')) : reply.kind;
}

/** Judges that nothing was agreed: refused, or let in without a subprotocol and closed at once. */
async function agreedOnNothing(context: Context, knock: Knock): Promise<() => void> {
  if (!opened(knock)) return () => {};
  const { session, subprotocol } = knock;
  const closed = await Promise.race([
    session.closed.then(() => true),
    context.clock.sleep(Math.min(AT_ONCE_MS, context.sut.timeoutMs)).then(() => false),
  ]);
  await session.close();
  return () => {
    expect(subprotocol, 'the subprotocol in the 101').to.equal('');
    expect(closed, 'the CSMS closes the connection at once').to.equal(true);
  };
}

export default suite('ocppj/handshake', 'OCPP-J opening handshake', [
  testCase({
    id: 'ocppj/handshake/subprotocol',
    title: 'The CSMS agrees to the version that the station offers, and speaks it',
    sut: 'csms',
    versions: all,
    checks: {
      named: { ref: serverRef, level: 'SHALL', says: 'the answer to the handshake names the version' },
      served: { ref: versionRef, level: 'SHALL', says: 'a CALL of that version is served' },
    },
    catches: {
      named: behaviour('names-no-subprotocol', 'handshakes are answered without a subprotocol'),
      served: behaviour('hangs-up-on-calls', 'a CALL ends the connection'),
    },
    async run(context) {
      const { check, dialect, station, sut, words } = context;
      const knock = await station.knock();
      if (!opened(knock)) throw new Unmet(`the CSMS did not let ${station.identity} in: ${knock.says}`);
      check('named', () => expect(knock.subprotocol).to.equal(dialect.subprotocol));
      const boot = await station.call('BootNotification', words.boot(sut.station));
      check('served', () => expect(boot).to.be.callResult());
    },
  }),

  testCase({
    id: 'ocppj/handshake/negotiation',
    title: 'The CSMS agrees to no version that it does not speak',
    sut: 'csms',
    versions: all,
    octt: { '1.6': 'TC_088_CSMS', '2.0.1': 'TC_B_58_CSMS', '2.1': 'TC_B_58_CSMS' },
    checks: {
      // The texts want a 101 without subprotocol and a close at once; the certification case wants no 101. Both are right.
      unsupported: {
        ref: serverRef,
        level: 'SHALL',
        says: 'who offers an unknown version only is refused, or let in without a subprotocol and closed at once',
      },
      chosen: {
        ref: versionRef,
        level: 'SHALL',
        says: 'of an unknown version and a known one, the CSMS names the known one and nothing else',
      },
      served: { ref: versionRef, level: 'SHALL', says: 'a CALL of that version is served' },
    },
    catches: {
      unsupported: [
        behaviour('ignores-subprotocol', 'handshakes without a common version are let in and stay open'),
        behaviour('names-own-subprotocol', 'a version is named that nobody offered'),
        behaviour('echoes-first-subprotocol', 'the first version of the list is named, known or not'),
      ],
      chosen: [
        behaviour('echoes-first-subprotocol', 'the first version of the list is named, known or not'),
        behaviour('echoes-all-subprotocols', 'the whole list is named'),
        behaviour('names-no-subprotocol', 'handshakes are answered without a subprotocol'),
      ],
      served: behaviour('hangs-up-on-calls', 'a CALL ends the connection'),
    },
    async run(context) {
      const { check, dialect, station, sut, words } = context;
      await letIn(context);
      const judge = await agreedOnNothing(context, await station.knock({ subprotocols: [UNKNOWN] }));
      check('unsupported', judge);

      const mixed = await station.knock({ subprotocols: [UNKNOWN, dialect.subprotocol] });
      check('chosen', () => expect(tell(mixed)).to.equal(`101, '${dialect.subprotocol}'`));
      if (!opened(mixed)) throw new Unmet(`the CSMS did not let the station in: ${mixed.says}`);
      const boot = await station.call('BootNotification', words.boot(sut.station));
      check('served', () => expect(boot).to.be.callResult());
    },
  }),

  testCase({
    id: 'ocppj/handshake/one-of-many',
    title: 'Whatever the station offers beside it, the CSMS names one version of the list',
    sut: 'csms',
    versions: all,
    checks: {
      known: { ref: versionRef, level: 'SHALL', says: 'a version between unknown ones is found and named' },
      // The list is in order of preference, and no text binds a CSMS to it (RFC 6455, 4.2.2 leaves it the choice).
      one: { ref: serverRef, level: 'SHALL', says: 'of several versions, the CSMS names exactly one that was offered' },
    },
    catches: {
      known: [
        behaviour('echoes-first-subprotocol', 'the first version of the list is named, known or not'),
        behaviour('names-no-subprotocol', 'handshakes are answered without a subprotocol'),
      ],
      one: behaviour('echoes-all-subprotocols', 'the whole list is named'),
    },
    async run(context) {
      const { check, dialect } = context;
      await letIn(context);
      const { subprotocol } = dialect;
      for (const subprotocols of [
        [UNKNOWN, 'mqtt', subprotocol],
        [subprotocol, UNKNOWN],
        ['ocpp', subprotocol, `${subprotocol}.9`],
      ]) {
        const knock = await knockOnce(context, { subprotocols });
        check('known', () => expect(tell(knock), `offered ${subprotocols}`).to.equal(`101, '${subprotocol}'`));
      }
      const others = ocppVersions
        .map((version) => dialects[version].subprotocol)
        .filter((name) => name !== subprotocol);
      for (const subprotocols of [
        [subprotocol, ...others],
        [...others, subprotocol],
      ]) {
        const knock = await knockOnce(context, { subprotocols });
        check('one', () => expect(subprotocols.map((name) => `101, '${name}'`)).to.include(tell(knock)));
      }
    },
  }),

  testCase({
    id: 'ocppj/handshake/none-offered',
    title: 'A handshake that offers no version is not answered with one',
    sut: 'csms',
    versions: all,
    checks: {
      unnamed: { ref: serverRef, level: 'SHALL', says: 'no version is named that was not offered' },
      // The station has to name a version; what a CSMS does with one that does not is not written.
      closed: { ref: versionRef, level: 'SHOULD', says: 'the handshake is refused, or the connection closed at once' },
    },
    catches: {
      unnamed: behaviour('names-own-subprotocol', 'a version is named that nobody offered'),
      closed: behaviour('ignores-subprotocol', 'handshakes without a common version are let in and stay open'),
    },
    async run(context) {
      const { check, station } = context;
      await letIn(context);
      const knock = await station.knock({ subprotocols: [] });
      check('unnamed', () => expect(opened(knock) ? knock.subprotocol : '').to.equal(''));
      const closed = await agreedOnNothing(context, opened(knock) ? { ...knock, subprotocol: '' } : knock);
      check('closed', closed);
    },
  }),

  testCase({
    id: 'ocppj/handshake/encoded-identity',
    title: 'An identity is taken from the path whether or not its characters are percent-encoded',
    sut: 'csms',
    versions: all,
    checks: {
      same: {
        ref: urlRef,
        level: 'SHOULD',
        says: 'a known identity with a character encoded is let in as it is plain',
      },
      needed: {
        ref: urlRef,
        level: 'SHALL',
        says: 'a CSMS that lets any identity in does so for one that has to be encoded',
      },
    },
    catches: {
      same: behaviour('refuses-percent-encoding', 'an identity with encoded characters is unknown'),
      needed: behaviour('refuses-percent-encoding', 'an identity with encoded characters is unknown'),
    },
    async run(context) {
      const { check, dialect, random, station } = context;
      const plain = await comesTo(context, encodeURIComponent(station.identity));
      if (plain === 'refused') throw new Unmet(`the CSMS did not let ${station.identity} in`);
      const encoded = await comesTo(context, encodeFirst(station.identity));
      check('same', () => expect(encoded).to.equal(plain));

      // An open CSMS takes any name; one that knows its stations refuses both of these, and nothing is to be seen.
      const word = randomWord(random, 8);
      const stranger = await knockOnce(context, { target: targetOf(context, `PP${word}X7`) });
      const named = `PP${word}${SEPARATORS[dialect.version]}7`;
      const second = await knockOnce(context, { target: targetOf(context, encodeURIComponent(named)) });
      check('needed', () => {
        if (opened(stranger)) expect(tell(second), `handshake of '${named}'`).to.equal(tell(stranger));
      });
    },
  }),

  testCase({
    id: 'ocppj/handshake/decoded-once',
    title: 'An identity is percent-decoded once, and not twice',
    sut: 'csms',
    versions: all,
    stations: ['pending'],
    checks: {
      decoded: { ref: urlRef, level: 'SHOULD', says: 'with a character encoded it is still the same station' },
      once: { ref: urlRef, level: 'SHALL', says: 'with a character encoded twice it is another, unknown one' },
    },
    catches: {
      decoded: behaviour('refuses-percent-encoding', 'an identity with encoded characters is unknown'),
      once: behaviour('decodes-twice', 'identities are percent-decoded twice'),
    },
    async run(context) {
      const { check, random, station } = context;
      const plain = await comesTo(context, encodeURIComponent(station.identity));
      const once = await comesTo(context, encodeFirst(station.identity));
      check('decoded', () => expect(once).to.equal(plain));
      // `%` is no sign of a 2.x identity: what the CSMS makes of any such name is the measure.
      const twice = await comesTo(context, encodeURIComponent(encodeFirst(station.identity)));
      const unknown = await comesTo(context, encodeURIComponent(encodeFirst(randomWord(random, 12))));
      check('once', () => expect(twice, 'what any unknown identity of that form comes to').to.equal(unknown));
    },
  }),

  testCase({
    id: 'ocppj/handshake/unknown-identity',
    title: 'A station that the CSMS does not know is told so, where it is refused',
    sut: 'csms',
    versions: all,
    checks: {
      // A CSMS may let anybody in and refuse at boot, or take every station; one with passwords may say 401 first.
      told: { ref: serverRef, level: 'SHOULD', says: 'an unknown identity is refused with HTTP 404, if it is refused' },
      path: { ref: serverRef, level: 'SHOULD', says: 'a path that leads nowhere is refused as a fault of the client' },
    },
    catches: {
      told: behaviour('forbids-strangers', 'an unknown identity is refused with 403'),
      path: behaviour('refuses-with-500', 'whoever is refused is told that the CSMS failed'),
    },
    async run(context) {
      const { check, random, station, sut } = context;
      await letIn(context);
      const nobody = `PP${randomWord(random, 16)}`;
      const stranger = await knockOnce(context, { identity: nobody });
      const codes = sut.securityProfile === 0 ? [404] : [404, 401];
      check('told', () => {
        if (!opened(stranger)) expect(codes, `HTTP ${stranger.status}`).to.include(stranger.status);
      });
      const astray = await knockOnce(context, { target: `/${nobody.toLowerCase()}/${station.identity}` });
      check('path', () => {
        if (!opened(astray)) expect(astray.status, 'the HTTP status').to.be.within(400, 499);
      });
    },
  }),
]);

/** What an identity may hold and a path may not: the blank of the 1.6 example is no sign of a 2.x identifierString. */
const SEPARATORS = { '1.6': ' ', '2.0.1': '|', '2.1': '|' } as const;
