/** Security profile 3: a certificate that names where its authority can be asked, and that was taken back. */
import { behaviour } from '../../src/judge/fault.ts';
import { type CaseSpec, testCase } from '../../src/judge/test-case.ts';
import { Unmet } from '../../src/judge/unmet.ts';
import { expect } from '../../src/judge/words.ts';
import type { Issued } from '../../src/pki/authority.ts';
import { desk, PATHS } from '../../src/pki/desk.ts';
import { randomWord } from '../../src/random.ts';
import { NOT_SERVED, ownSubject, trusted } from './certified.ts';
import { dies, versions } from './hellos.ts';
import { letIn, registers, stillThere, stillThereCheck } from './knocking.ts';

const WAYS = ['by OCSP', 'by a list'] as const;

interface Pair {
  readonly way: string;
  readonly good: Issued;
  readonly bad: Issued;
}

export const revokedOnline: CaseSpec = testCase({
  id: 'security/client-certificates/revoked-online',
  title: 'CSMS asks the authority whether a certificate was revoked, and turns it down where it was',
  sut: 'csms',
  versions,
  profiles: [3],
  certificates: 'office',
  exclusive: true,
  checks: {
    refused: {
      ref: { '1.6': 'W A00.FR.704', '2.0.1': 'A00.FR.705', '2.1': 'A00.FR.705' },
      level: 'SHALL',
      says: `where the CSMS asks, who shows a certificate that was revoked is ${NOT_SERVED}`,
    },
    there: stillThereCheck,
  },
  catches: {
    refused: behaviour('ignores-revocation', 'certificates of stations are good although they were revoked'),
    there: dies,
  },
  async run(context) {
    const { check, office, random } = context;
    if (office === undefined) throw new Unmet('nobody can ask plugproof what was revoked: see security.authorityAt');
    const authority = trusted(context);
    const subject = ownSubject(context);
    // Whoever keeps a list keeps it under its address.
    const at = `${office.url}/${randomWord(random, 12)}`;
    const pairs: Pair[] = [];
    for (const way of WAYS) {
      const where = way === 'by OCSP' ? { answeredAt: `${at}${PATHS.ocsp}` } : { listedAt: `${at}${PATHS.list}` };
      const issue = () => authority.issue({ ...subject, ...where, use: 'client' });
      pairs.push({ way, good: await issue(), bad: await issue() });
    }
    const answer = await desk(
      authority,
      pairs.map(({ bad }) => bad.cert),
    );
    let questions = 0;
    const close = await office
      .open((question) => {
        const answered = answer(question);
        if (answered !== undefined) questions += 1;
        context.note(
          `the CSMS asks at ${question.path.slice(0, 60)}: ${answered?.type ?? 'nothing that is understood'}`,
        );
        return answered;
      })
      .catch((cause: unknown) => {
        throw new Unmet(`plugproof can't be asked at ${office.url}: ${cause instanceof Error ? cause.message : cause}`);
      });
    context.after(close);
    // Only now: the station's own certificate may name the same address.
    await (await letIn(context)).session.close();
    // A good one with the same address is let in, or a refusal says nothing: not every way is everybody's.
    const taken: Pair[] = [];
    for (const pair of pairs) {
      const outcome = await registers(context, { tls: { client: pair.good } });
      context.note(`${pair.way}, good: ${outcome}`);
      if (outcome === 'Accepted') taken.push(pair);
    }
    let judged = 0;
    for (const { way, bad } of taken) {
      const before = questions;
      const outcome = await registers(context, { tls: { client: bad } });
      context.note(`${way}, revoked: ${outcome}`);
      // A list may have been fetched with the good one before.
      if (questions === before && (way === 'by OCSP' || outcome === 'Accepted')) continue;
      judged += 1;
      check('refused', () =>
        expect(outcome, `a certificate that was revoked, as is told ${way}`).to.not.equal('Accepted'),
      );
    }
    await stillThere(context);
    if (taken.length === 0) throw new Unmet(`no certificate that names ${office.url} is let in, revoked or not`);
    if (judged === 0)
      throw new Unmet(
        `the CSMS asks nobody at ${office.url}: where it finds out in another way, name certificates that were revoked in security.revoked`,
      );
  },
});
