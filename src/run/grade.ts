/** The security grade: the worst that the suite security/exposed found, and what it could not look at. */
import type { CaseReport, Grade, SutFacts } from '../report.ts';

const SUITE = 'security/exposed';

/** From best to worst. */
const LETTERS = ['A', 'B', 'C', 'D', 'E', 'F'] as const;
type Letter = (typeof LETTERS)[number];

interface Weight {
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
    failed: 'F',
    unseen: 'C',
    says: 'anybody who knows the name of a charger can be that charger: no password is asked for',
    wants: 'whether a charger has to show a password could not be seen',
  },
  'wrong-password': {
    failed: 'F',
    unseen: 'C',
    says: 'any password opens the door',
    wants: 'whether a wrong password is refused could not be seen',
  },
  takeover: {
    failed: 'F',
    unseen: 'C',
    says: 'a stranger who knows the name of a charger can take its place while it is connected',
    wants: 'whether a stranger can take the place of a charger could not be seen: give its password with --password',
  },
  'other-name': {
    failed: 'F',
    unseen: 'B',
    says: 'a charger is let in under a name that is not its own',
    wants: 'whether a charger is let in under another name could not be seen: give its password with --password',
  },
  'other-charger': {
    failed: 'F',
    unseen: 'B',
    says: 'with the password of one charger, every other one can be played',
    wants: 'whether one charger can play another could not be seen: give two chargers with their passwords',
  },
  'foreign-transaction': {
    failed: 'E',
    unseen: 'B',
    says: 'one charger can stop what is being charged at another',
    wants: 'whether one charger can stop another could not be seen: it takes two chargers and a token that is accepted',
  },
  plain: {
    failed: 'D',
    unseen: 'D',
    says: 'chargers are served without encryption: who listens reads everything, passwords too',
    wants: 'the address is one without encryption: who listens reads everything, passwords too',
  },
  guessing: {
    failed: 'C',
    unseen: 'B',
    says: 'passwords can be guessed without end: nothing holds the guesser off',
    wants: 'whether passwords can be guessed without end could not be seen',
  },
  'locked-out': {
    failed: 'C',
    unseen: 'B',
    says: 'whoever sends wrong passwords locks the charger itself out',
    wants: 'whether wrong passwords lock the charger out could not be seen: give its password with --password',
  },
  'old-tls': {
    failed: 'C',
    unseen: 'A',
    says: 'encryption of the past is spoken, which can be broken',
    wants: '',
  },
  flood: {
    failed: 'C',
    unseen: 'B',
    says: 'whoever knocks without end costs chargers their connection or their answers',
    wants: 'whether chargers are served under a flood could not be seen',
  },
  'two-at-once': {
    failed: 'C',
    unseen: 'B',
    says: 'two connections under one name are served at once, and nobody can tell which is the charger',
    wants: 'what two connections under one name come to could not be seen',
  },
  'comes-back': {
    failed: 'B',
    unseen: 'B',
    says: 'a charger that lost its network is not served again at once',
    wants: 'whether a charger comes back at once could not be seen',
  },
};

const JUDGED: ReadonlySet<string> = new Set(['pass', 'warn', 'fail']);

const nameOf = ({ id }: CaseReport): string => id.slice(SUITE.length + 1).replace(/-v16$/, '');

/** Null where the suite was not run, or nothing of it could be judged: no grade is better than a guess. */
export function gradeOf(cases: readonly CaseReport[], { url }: Pick<SutFacts, 'url'>): Grade | null {
  const own = cases.filter(({ id }) => id.startsWith(`${SUITE}/`));
  if (!own.some(({ verdict }) => JUDGED.has(verdict))) return null;
  const reasons: { case: string; says: string; letter: Letter }[] = [];
  for (const [name, weight] of Object.entries(WEIGHTS)) {
    const found = own.filter((one) => nameOf(one) === name);
    const [first] = found;
    const id = first?.id ?? `${SUITE}/${name}`;
    if (found.some(({ verdict }) => verdict === 'fail' || verdict === 'warn'))
      reasons.push({ case: id, says: weight.says, letter: weight.failed });
    else if (!found.some(({ verdict }) => verdict === 'pass') && matters(name, url))
      reasons.push({ case: id, says: weight.wants, letter: weight.unseen });
  }
  const worst = Math.max(0, ...reasons.map(({ letter }) => LETTERS.indexOf(letter)));
  const ordered = [...reasons].sort((one, other) => LETTERS.indexOf(other.letter) - LETTERS.indexOf(one.letter));
  return {
    value: LETTERS[worst] ?? 'F',
    reasons: ordered.map(({ case: id, says }) => ({ case: id, says })),
  };
}

/** An address without encryption has no TLS to look at; one with it is looked at, or it is no reason. */
function matters(name: string, url: string): boolean {
  const secure = url.startsWith('wss:');
  if (name === 'old-tls') return false;
  return name !== 'plain' || !secure;
}
