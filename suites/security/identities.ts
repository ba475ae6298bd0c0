/** Identities that are odd: with a colon, too long, in other letters (OCPP-J 3.1.1, Part 4 3.1.1). */
import type { Context } from '../../src/judge/context.ts';
import { behaviour } from '../../src/judge/fault.ts';
import { LONGEST_IDENTITY, suite, testCase } from '../../src/judge/test-case.ts';
import { Unmet } from '../../src/judge/unmet.ts';
import { expect } from '../../src/judge/words.ts';
import {
  accepted,
  basic,
  boots,
  ends,
  knocks,
  letIn,
  opened,
  ownPassword,
  registers,
  stillThere,
  stillThereCheck,
  tell,
} from './knocking.ts';

const v2 = ['2.0.1', '2.1'] as const;
const withPassword = [1, 2] as const;

/** Words for who got in and is not served. */
const NOT_SERVED = 'refused, or not accepted at its boot';
/** What the text says of identities binds who gives them; a CSMS that knows its stations has none of these. */
const refusedCheck = (what: string) =>
  ({ ref: 'P4 3.1.1', level: 'SHOULD', says: `${what} is ${NOT_SERVED}` }) as const;
const borrowedCheck = {
  ref: { '1.6': 'W A00.FR.204', '2.0.1': 'A00.FR.204', '2.1': 'A00.FR.204' },
  level: 'SHALL',
  says: `who comes so, with the username of the station that it is nearly called as, is ${NOT_SERVED}`,
} as const;

const takesAny = behaviour('takes-any-identity', 'identities are of any length, with any character in them');
const diesOnOdd = behaviour(
  'dies-on-odd-identities',
  'an identity that there can not be ends the service for everybody',
);

/** `identity`, made as long as that. */
const stretched = (identity: string, length: number): string => identity.padEnd(length, 'X');

/** The same in other letters, upper or lower. */
const otherLetters = (identity: string): string =>
  [...identity].map((one) => (one === one.toLowerCase() ? one.toUpperCase() : one.toLowerCase())).join('');

type Owner = { readonly id: string; readonly password: Uint8Array };

/** Comes as `odd`, with the username and the password of who has them. */
async function borrows(context: Context<'borrowed' | 'there'>, odd: string, what: string, owner: Owner): Promise<void> {
  const outcome = await registers(context, { identity: odd, headers: basic(owner.id, owner.password) });
  context.check('borrowed', () => expect(outcome, `${what}, with the username '${owner.id}'`).to.not.equal('Accepted'));
}

/** The same, and under its own name as well. */
async function holdsOut(
  context: Context<'refused' | 'borrowed' | 'there'>,
  odd: string,
  what: string,
  owner: Owner,
): Promise<void> {
  const outcome = await registers(context, { identity: odd, headers: basic(odd, owner.password) });
  context.check('refused', () => expect(outcome, what).to.not.equal('Accepted'));
  await borrows(context, odd, what, owner);
}

export default suite('security/identities', 'Identities that are odd', [
  testCase({
    id: 'security/identities/colon',
    title: 'CSMS takes no identity with a colon for a station',
    sut: 'csms',
    versions: v2,
    profiles: withPassword,
    checks: {
      refused: refusedCheck('who comes with a colon in its identity'),
      borrowed: borrowedCheck,
      there: stillThereCheck,
    },
    catches: {
      refused: takesAny,
      borrowed: behaviour('cuts-identities-at-colons', 'of an identity with a colon the part before it counts'),
      there: diesOnOdd,
    },
    async run(context) {
      const { station } = context;
      const owner = { id: station.identity, password: ownPassword(context) };
      await (await letIn(context)).session.close();
      await holdsOut(context, `${owner.id}:1`, 'a colon and more behind its own', owner);
      await stillThere(context);
    },
  }),

  testCase({
    id: 'security/identities/too-long',
    title: 'CSMS takes no identity that is too long for a station',
    sut: 'csms',
    versions: v2,
    profiles: withPassword,
    checks: {
      refused: refusedCheck(`who comes with an identity of more than ${LONGEST_IDENTITY} characters`),
      borrowed: borrowedCheck,
      there: stillThereCheck,
    },
    catches: { refused: takesAny, borrowed: takesAny, there: diesOnOdd },
    async run(context) {
      const { station } = context;
      const owner = { id: station.identity, password: ownPassword(context) };
      await (await letIn(context)).session.close();
      for (const length of [LONGEST_IDENTITY + 1, 255])
        await holdsOut(context, stretched(owner.id, length), `${length} characters`, owner);
      await stillThere(context);
    },
  }),

  testCase({
    id: 'security/identities/longest',
    title: 'CSMS serves a station with the longest identity that there can be, and none with a longer one in its place',
    sut: 'csms',
    versions: v2,
    profiles: withPassword,
    setUp: 'longest identity',
    checks: {
      accepted: {
        ref: 'P4 3.1.1',
        level: 'SHALL',
        says: `a station whose identity has ${LONGEST_IDENTITY} characters is let in, and accepted at its boot`,
      },
      refused: refusedCheck('who comes with one character more'),
      borrowed: borrowedCheck,
      there: stillThereCheck,
    },
    catches: {
      accepted: behaviour('refuses-long-identities', 'an identity of more than 36 characters is unknown'),
      refused: takesAny,
      borrowed: behaviour('cuts-identities', 'of an identity that is too long the first characters count'),
      there: diesOnOdd,
    },
    async run(context) {
      const { check, station, sut } = context;
      const known = sut.identities.find(({ id }) => id.length === LONGEST_IDENTITY);
      if (known?.password === undefined)
        throw new Unmet(`no station has an identity of ${LONGEST_IDENTITY} characters: name one in ids`);
      const owner = { id: known.id, password: known.password };
      await (await letIn(context)).session.close();
      const knock = await station.knock({ identity: owner.id, headers: basic(owner.id, owner.password) });
      const boot = opened(knock) ? await boots(context, knock.session) : undefined;
      if (opened(knock)) await knock.session.close();
      check('accepted', () => {
        expect(tell(knock)).to.equal('let in (101)');
        expect(boot).to.be.callResult({ status: 'Accepted' });
      });
      await holdsOut(context, stretched(owner.id, LONGEST_IDENTITY + 1), 'one character more', owner);
      await stillThere(context);
    },
  }),

  testCase({
    id: 'security/identities/letters',
    title: 'CSMS knows a station again whatever letters its identity is written in, upper or lower',
    sut: 'csms',
    versions: v2,
    profiles: [0, 1, 2],
    checks: {
      same: { ref: 'P4 3.1.1', level: 'MAY', says: 'its identity in other letters is let in' },
      one: { ref: 'P4 3.1.1', level: 'SHOULD', says: 'it is one station then: of two connections one is ended' },
      there: stillThereCheck,
    },
    catches: {
      same: behaviour('minds-letters', 'an identity in other letters, upper or lower, is unknown'),
      one: [
        behaviour('tells-identities-apart', 'an identity in other letters, upper or lower, is another station'),
        behaviour('keeps-previous-connections', 'a second connection of a station does not end the first'),
      ],
      there: behaviour('dies-on-second-connections', 'a second connection of a station ends the service for everybody'),
    },
    async run(context) {
      const { check, station, sut } = context;
      const other = otherLetters(station.identity);
      if (other === station.identity)
        throw new Unmet(`there is no letter in ${station.identity}: name a station in ids`);
      const password = sut.identities.find(({ id }) => id === station.identity)?.password;
      const first = await letIn(context);
      await accepted(context, first.session);
      await first.session.close();
      const second = await knocks(context, {
        identity: other,
        headers: password === undefined ? {} : basic(other, password),
      });
      check('same', () => expect(tell(second), `as ${other}`).to.equal('let in (101)'));
      const served = opened(second) ? await boots(context, second.session) : undefined;
      // Now under its own name as well: whichever of the two stays, it is one.
      const third = opened(second) ? await knocks(context, {}) : undefined;
      const again = third && opened(third) ? await boots(context, third.session) : undefined;
      const ended = opened(second) && third && opened(third) ? await ends(context, second.session) : true;
      check('one', () => {
        const both = served?.payload['status'] === 'Accepted' && again?.payload['status'] === 'Accepted';
        const stay = !ended && third !== undefined && opened(third) && third.session.open;
        expect(both && stay, `${other} and ${station.identity} are served at once`).to.equal(false);
      });
      await station.leave();
      await stillThere(context);
    },
  }),

  testCase({
    id: 'security/identities/odd-v16',
    title: 'CSMS of 1.6 comes to no harm by identities that are odd',
    sut: 'csms',
    versions: ['1.6'],
    profiles: withPassword,
    checks: {
      borrowed: borrowedCheck,
      there: stillThereCheck,
    },
    catches: {
      borrowed: [
        behaviour('ignores-path', 'credentials are those of whom they name, whatever identity is in the path'),
        behaviour('ignores-credentials', 'nobody is asked for credentials, whatever the security profile'),
      ],
      there: behaviour('dies-on-bad-credentials', 'who shows wrong credentials ends the service for everybody'),
    },
    async run(context) {
      const { station } = context;
      const owner = { id: station.identity, password: ownPassword(context) };
      await (await letIn(context)).session.close();
      const odd = {
        'a colon and more behind its own': `${owner.id}:1`,
        '49 characters': stretched(owner.id, LONGEST_IDENTITY + 1),
        '255 characters': stretched(owner.id, 255),
      };
      for (const [what, identity] of Object.entries(odd)) await borrows(context, identity, what, owner);
      // 1.6 says nothing of what an identity is made of: these may be stations of their own, or this one.
      for (const [what, identity] of Object.entries({ ...odd, 'other letters': otherLetters(owner.id) })) {
        const outcome = await registers(context, { identity, headers: basic(identity, owner.password) });
        context.note(`${what}: ${outcome}`);
      }
      await stillThere(context);
    },
  }),
]);
