/** The security grade: the worst that the suite security/exposed found, and what it could not look at. */
import type { CaseReport, Grade, SutFacts } from '../report.ts';

const SUITE = 'security/exposed';

/** From best to worst. */
const LETTERS = ['A', 'B', 'C', 'D', 'E', 'F'] as const;
type Letter = (typeof LETTERS)[number];

interface Weight {
  /** The checks that decide; what else a case checks is told in the report. */
  readonly checks: readonly string[];
  /** Where nobody is asked for credentials there is nothing to see. */
  readonly wantsCredentials?: true;
  /** Security profiles in which there is nothing to see. */
  readonly notIn?: readonly number[];
  /** The best grade that is left where it fails. */
  readonly failed: Letter;
  /** The best grade that is left where nobody could look. */
  readonly unseen: Letter;
  /** What it means where it fails, in words for who buys. */
  readonly says: string;
  /** What it means that it was not judged. */
  readonly wants: string;
}

const WEIGHTS: Readonly<Record<string, Weight>> = {
  'no-password': {
    checks: ['refused'],
    failed: 'F',
    unseen: 'C',
    says: 'anybody who knows the name of a charger can be that charger: no password is asked for',
    wants: 'whether a charger has to show a password could not be seen',
  },
  'wrong-password': {
    wantsCredentials: true,
    checks: ['refused'],
    notIn: [3],
    failed: 'F',
    unseen: 'C',
    says: 'any password opens the door',
    wants: 'whether a wrong password is refused could not be seen',
  },
  takeover: {
    checks: ['refused', 'kept'],
    failed: 'F',
    unseen: 'C',
    says: 'a stranger who knows the name of a charger can take its place while it is connected',
    wants: 'whether a stranger can take the place of a charger could not be seen: give its password with --password',
  },
  'other-name': {
    wantsCredentials: true,
    checks: ['refused'],
    notIn: [3],
    failed: 'F',
    unseen: 'B',
    says: 'a charger is let in under a name that is not its own',
    wants: 'whether a charger is let in under another name could not be seen: give its password with --password',
  },
  'other-charger': {
    wantsCredentials: true,
    checks: ['refused'],
    notIn: [3],
    failed: 'F',
    unseen: 'B',
    says: 'with the password of one charger, every other one can be played',
    wants: 'whether one charger can play another could not be seen: give two chargers with their passwords',
  },
  'wrong-certificate': {
    wantsCredentials: true,
    checks: ['refused'],
    notIn: [0, 1, 2],
    failed: 'F',
    unseen: 'C',
    says: 'a certificate that anybody can make opens the door',
    wants:
      'whether a made-up certificate is refused could not be seen: give the one of a charger with --cert and --key',
  },
  'other-certificate': {
    wantsCredentials: true,
    checks: ['refused'],
    notIn: [0, 1, 2],
    failed: 'F',
    unseen: 'B',
    says: 'with the certificate of one charger, every other one can be played',
    wants: 'whether one charger can play another could not be seen: give two chargers with their certificates',
  },
  'foreign-transaction': {
    checks: ['untouched'],
    failed: 'E',
    unseen: 'B',
    says: 'one charger can stop what is being charged at another',
    wants: 'whether one charger can stop another could not be seen: it takes two chargers and a token that is accepted',
  },
  plain: {
    checks: ['refused'],
    failed: 'D',
    unseen: 'D',
    says: 'chargers are served without encryption: who listens reads everything, passwords too',
    wants: 'the address is one without encryption: who listens reads everything, passwords too',
  },
  guessing: {
    wantsCredentials: true,
    checks: ['held'],
    notIn: [3],
    failed: 'C',
    unseen: 'B',
    says: 'passwords can be guessed without end: nothing holds the guesser off',
    wants: 'whether passwords can be guessed without end could not be seen',
  },
  'locked-out': {
    wantsCredentials: true,
    checks: ['letIn'],
    notIn: [3],
    failed: 'C',
    unseen: 'B',
    says: 'whoever sends wrong passwords locks the charger itself out',
    wants: 'whether wrong passwords lock the charger out could not be seen: give its password with --password',
  },
  'old-tls': {
    checks: ['refused'],
    failed: 'C',
    unseen: 'A',
    says: 'encryption of the past is spoken, which can be broken',
    wants: '',
  },
  flood: {
    wantsCredentials: true,
    checks: ['served'],
    failed: 'C',
    unseen: 'B',
    says: 'whoever knocks without end costs chargers their connection or their answers',
    wants: 'whether chargers are served under a flood could not be seen',
  },
  'two-at-once': {
    checks: ['one'],
    failed: 'C',
    unseen: 'B',
    says: 'two connections under one name are served at once, and nobody can tell which is the charger',
    wants: 'what two connections under one name come to could not be seen',
  },
  'comes-back': {
    checks: ['letIn', 'served'],
    failed: 'B',
    unseen: 'B',
    says: 'a charger that lost its network is not served again at once',
    wants: 'whether a charger comes back at once could not be seen',
  },
};

/** The control after a case: with its own credentials the charger is served as before. */
const CONTROL: Pick<Weight, 'checks' | 'failed' | 'says'> = {
  checks: ['there'],
  failed: 'C',
  says: 'after somebody was turned away, the charger itself is not served any more',
};

const JUDGED: ReadonlySet<string> = new Set(['pass', 'warn', 'fail']);

const nameOf = ({ id }: CaseReport): string => id.slice(SUITE.length + 1).replace(/-(v16|wp4)$/, '');

type Seen = 'found' | 'nothing' | 'unseen';

/** What cases say by those checks alone: a case may fail for what is no weakness. */
function seenBy(names: readonly string[], cases: readonly CaseReport[]): Seen {
  const verdicts = cases
    .filter(({ verdict }) => JUDGED.has(verdict))
    .flatMap(({ checks }) => checks.filter(({ id }) => names.includes(id)).map(({ verdict }) => verdict));
  if (verdicts.some((verdict) => verdict === 'fail' || verdict === 'warn')) return 'found';
  return verdicts.includes('pass') ? 'nothing' : 'unseen';
}

/** Null where the suite was not run, or nothing of it could be judged: no grade is better than a guess. */
export function gradeOf(cases: readonly CaseReport[], sut: Pick<SutFacts, 'url' | 'securityProfile'>): Grade | null {
  const own = cases.filter(({ id }) => id.startsWith(`${SUITE}/`));
  if (!own.some(({ verdict }) => JUDGED.has(verdict))) return null;
  const reasons: { case: string; says: string; letter: Letter }[] = [];
  const open = own.some((one) => nameOf(one) === 'no-password' && seenBy(['refused'], [one]) === 'found');
  for (const [name, weight] of Object.entries(WEIGHTS)) {
    const found = own.filter((one) => nameOf(one) === name);
    const [first] = found;
    const id = first?.id ?? `${SUITE}/${name}`;
    const seen = seenBy(weight.checks, found);
    if (seen === 'found') reasons.push({ case: id, says: weight.says, letter: weight.failed });
    else if (seen === 'unseen' && matters(name, weight, sut) && !(open && weight.wantsCredentials))
      reasons.push({ case: id, says: weight.wants, letter: weight.unseen });
  }
  const died = own.find((one) => seenBy(CONTROL.checks, [one]) === 'found');
  if (died !== undefined) reasons.push({ case: died.id, says: CONTROL.says, letter: CONTROL.failed });
  const worst = Math.max(0, ...reasons.map(({ letter }) => LETTERS.indexOf(letter)));
  const ordered = [...reasons].sort((one, other) => LETTERS.indexOf(other.letter) - LETTERS.indexOf(one.letter));
  return {
    value: LETTERS[worst] ?? 'F',
    reasons: ordered.map(({ case: id, says }) => ({ case: id, says })),
  };
}

/** An address without encryption has no TLS to look at; one with it is looked at, or it is no reason. */
function matters(
  name: string,
  { notIn = [] }: Weight,
  { url, securityProfile }: Pick<SutFacts, 'url' | 'securityProfile'>,
): boolean {
  const secure = url.startsWith('wss:');
  if (name === 'old-tls' || notIn.includes(securityProfile)) return false;
  return name !== 'plain' || !secure;
}
