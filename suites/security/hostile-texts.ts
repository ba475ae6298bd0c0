/** Texts in the languages of machines (pages, shells, databases, templates) wherever a text goes: none of them is carried out. */
import type { Context } from '../../src/judge/context.ts';
import { suite, testCase } from '../../src/judge/test-case.ts';
import { Unmet } from '../../src/judge/unmet.ts';
import { expect } from '../../src/judge/words.ts';
import { bracket } from '../ocppj/control.ts';
import { type Answer, OddBench, oddChecks, schemaOf } from './asking-odd.ts';
import { filled, isText, type Spot } from './mutations.ts';
import { diesOfOdd, dropsOdd, runsTexts, tellsTheDatabase, worksTextsOut } from './odd-faults.ts';
import { actionsFor, shuffled, twinOf } from './spoilt.ts';

const all = ['1.6', '2.0.1', '2.1'] as const;
const inertRef = { '1.6': 'J 4.1.4', '2.0.1': 'P4 4.1.2', '2.1': 'P4 4.1.2' } as const;

/** What a template makes of the sum in the texts; no text says it, and so many digits are no chance. */
const FACTORS = [12_347, 8_191] as const;
const SUM = String(FACTORS[0] * FACTORS[1]);
const sum = FACTORS.join('*');

/** How long who carries the text out sleeps, in milliseconds, with room for a clock that is coarse. */
const SLEEP_MS = 2_900;
/** Where an answer without it takes so long as well, nothing can be told. */
const AWAKE_MS = 1_500;

/** Long and short forms: a field takes the first that fits. */
const TEXTS: readonly (readonly [name: string, forms: readonly string[]])[] = [
  ['a shell command', ['$(sleep 3);`sleep 3`|sleep 3', '$(sleep 3)']],
  ['a query', ["'||pg_sleep(3)||'", "'+sleep(3)+'"]],
  ['a template', [`{{${sum}}}\${${sum}}#{${sum}}<%=${sum}%>`, `{{${sum}}}`, `\${${sum}}`]],
  ['a quote', ["'); DROP TABLE plugproof;--", "';--"]],
  ['a page', ['<script>fetch("//127.0.0.1:9")</script><img src=x onerror=alert(1)>', '<b onx=1>', '<b>']],
  ['a format', ['%s%s%s%n%x%p', '%n%s']],
  ['a path', ['../../../../plugproof/none', '../x']],
  ['a line of its own', ['plugproof\r\nSet-Cookie: a=b', 'a\r\nb']],
  ['a lookup', [`$\{jndi:ldap://127.0.0.1:9/x}`, `$\{jndi:x}`]],
  ['a prototype', ['__proto__']],
  ['a formula', ['=HYPERLINK("http://127.0.0.1:9","x")', '=1+1']],
];

/** Where a charger would write or fetch: those have a case of their own. */
const ADDRESSES: ReadonlySet<string> = new Set(['location', 'remoteLocation', 'ocppCsmsUrl', 'signingCertificate']);

/** Words of programs about themselves that nobody outside has any use for. */
const INSIDES: readonly (readonly [string, RegExp])[] = [
  ['of a database', /SQLSTATE|ORA-\d{5}|syntax error at or near|error in your SQL syntax|SQLITE_|MongoServerError/i],
  [
    'a stack trace',
    /\bat [\w.$<>]+ ?\([\w./\\-]+\.\w+:\d+|Traceback \(most recent call|\bat (java|org|com|System)\.[\w.]+\(/,
  ],
];

/** The message with `forms` in all of its texts; undefined where it has none that takes any of them. */
function hostile(context: Context, action: string, twin: unknown, forms: readonly string[]): unknown {
  return filled(schemaOf(context, action), twin, (spot: Spot) => {
    if (!isText(spot.node) || ADDRESSES.has(String(spot.path.at(-1)))) return undefined;
    return forms.find((form) => form.length <= (spot.node.maxLength ?? Number.POSITIVE_INFINITY));
  });
}

export default suite('security/payloads', 'Texts in the languages of machines', [
  testCase({
    id: 'security/payloads/hostile-text',
    title: 'Texts in the languages of pages, shells, databases and templates are texts and no more',
    sut: 'both',
    versions: all,
    offensive: true,
    onRequest: true,
    checks: {
      ...oddChecks,
      inert: { ref: inertRef, level: 'SHALL', says: 'no answer shows that a text was carried out' },
      quiet: {
        ref: inertRef,
        level: 'SHOULD',
        says: 'no answer gives away what a database said, or a stack trace',
      },
    },
    catches: {
      told: dropsOdd,
      alive: diesOfOdd,
      inert: [runsTexts, worksTextsOut(new RegExp(sum.replace('*', '\\*')), SUM)],
      quiet: tellsTheDatabase,
    },
    async run(context) {
      const { check, note, sample } = context;
      let sent = 0;
      const base = Math.floor(context.random() * 2 ** 31);
      const actions = shuffled(actionsFor(context), context.random);
      /** Which text each action begins with: another for each. */
      const begins = new Map<string, number>();
      await bracket(context, async (session) => {
        const bench = new OddBench(context, session);
        for (const [round, action] of TEXTS.flatMap((_, round) => actions.map((one) => [round, one] as const))) {
          if (sent >= sample) break;
          const [name, forms] = TEXTS[((begins.get(action) ?? sent) + round) % TEXTS.length] ?? ['', []];
          const twin = twinOf(context, action, base, round % 2 === 0 ? 'full' : 'minimal');
          const payload = hostile(context, action, twin, forms);
          if (payload === undefined || (await bench.ask(action, twin)).kind !== 'callresult') continue;
          if (!begins.has(action)) begins.set(action, sent);
          sent++;
          const where = `${action} with ${name} for each text`;
          const answer = await bench.odd(where, action, payload);
          const slept = await sleeps(bench, action, twin, payload, answer);
          check('inert', () => {
            expect(
              slept,
              `${where}: the answer comes as late as the text says, twice, and at once without it`,
            ).to.equal(false);
            const worked = answer.text.includes(SUM) && !JSON.stringify(payload).includes(SUM);
            expect(worked, `${where}: the sum was worked out: ${answer.text.slice(0, 300)}`).to.equal(false);
          });
          check('quiet', () => {
            for (const [what, words] of INSIDES)
              expect(words.test(answer.text), `${where}: ${what}: ${answer.text.slice(0, 300)}`).to.equal(false);
          });
        }
      });
      note(`${sent} messages were sent; whether a page shows the texts as texts is for the operator to look at`);
      if (sent === 0) throw new Unmet('the SUT serves no valid message of any action that has a text in it');
    },
  }),
]);

/** True where the answer is late each time with the text, and never without it. */
async function sleeps(
  bench: OddBench,
  action: string,
  twin: unknown,
  payload: unknown,
  first: Answer,
): Promise<boolean> {
  const late = ({ kind, ms }: Answer) => kind !== 'closed' && ms >= SLEEP_MS;
  if (!late(first)) return false;
  const awake = await bench.ask(action, twin);
  return awake.ms < AWAKE_MS && late(await bench.ask(action, payload)) && (await bench.ask(action, twin)).ms < AWAKE_MS;
}
