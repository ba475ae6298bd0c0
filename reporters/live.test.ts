/** Live progress under a clock of the test's own. */
import { expect } from 'chai';
import type { CaseReport } from '../src/report.ts';
import { fullReport } from './fixtures/report.ts';
import { createLive, type Live } from './live.ts';

const cases = fullReport().cases;
const one = (verdict: CaseReport['verdict']): CaseReport =>
  cases.find((other) => other.verdict === verdict && !other.baseline) as CaseReport;

/** A screen that understands the two sequences that the block is redrawn with. */
function screen(writes: readonly string[]): string[] {
  let lines: string[] = [''];
  for (const write of writes) {
    // biome-ignore lint/suspicious/noControlCharactersInRegex: the sequences that are written
    const up = /^\u001b\[(\d+)A\r\u001b\[0J/.exec(write);
    const text = up ? write.slice(up[0].length) : write;
    if (up) lines = [...lines.slice(0, lines.length - 1 - Number(up[1])), ''];
    const [first = '', ...rest] = text.split('\n');
    lines = [...lines.slice(0, -1), `${lines.at(-1)}${first}`, ...rest];
  }
  return lines;
}

function setUp(tty: boolean) {
  const writes: string[] = [];
  let time = 0;
  const live: Live = createLive({ write: (text) => writes.push(text), now: () => time, tty, width: 60 });
  return {
    live,
    writes,
    at: (ms: number) => {
      time = ms;
    },
  };
}

describe('live progress on a terminal', () => {
  it('redraws one block, at most five times a second', () => {
    const { live, writes, at } = setUp(true);
    live.event({ type: 'planned', total: 1000 });
    for (let i = 0; i < 1000; i++) {
      at(i);
      live.event({ type: 'caseStart', id: `case-${i}` });
      live.tick();
    }
    expect(writes).to.have.length(5);
    expect(screen(writes).join('\n')).to.contain('0/1000').and.to.contain('case-0, case-1, case-2 +');
    expect(screen(writes)).to.have.length(3);
  });
  it('shows what runs and what failed, and goes away at the end', () => {
    const { live, writes, at } = setUp(true);
    live.event({ type: 'planned', total: 3 });
    live.event({ type: 'caseStart', id: one('fail').id, ocpp: '2.0.1' });
    live.event({ type: 'caseStart', id: 'other' });
    live.event({ type: 'caseEnd', case: one('fail') });
    at(300);
    live.tick();
    const text = screen(writes).join('\n');
    expect(text)
      .to.contain('1/3  1 fail  300 ms')
      .and.to.contain('running  other\n')
      .and.to.contain(`✗ ${one('fail').id}`);
    live.print('hello');
    expect(screen(writes)[0]).to.equal('hello');
    expect(screen(writes)[1]).to.contain('1/3');
    live.end();
    live.event({ type: 'caseEnd', case: one('fail') });
    live.print('late');
    expect(screen(writes)).to.deep.equal(['hello', '']);
  });
});

describe('live progress in CI', () => {
  it('says each case that is not pass, and where it stands every ten seconds', () => {
    const { live, writes, at } = setUp(false);
    live.event({ type: 'planned', total: 4 });
    live.event({ type: 'caseEnd', case: one('pass') });
    expect(writes).to.deep.equal([]);
    live.event({ type: 'caseEnd', case: one('inconclusive') });
    at(9_999);
    live.tick();
    expect(writes).to.deep.equal([
      'inconclusive  csms/provisioning/reset-idle 2.0.1  no driver: nobody made the CSMS send Reset\n',
    ]);
    at(10_000);
    live.tick();
    live.tick();
    expect(writes.slice(1)).to.deep.equal(['2/4  1 inconclusive  10.0 s\n']);
    live.end();
    expect(writes).to.have.length(2);
  });
  it('prints no escape and no command of the SUT', () => {
    const { live, writes } = setUp(false);
    live.event({ type: 'caseEnd', case: { ...one('fail'), reason: '\u001b[2J\n::error::x ##[y]' } });
    // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what must not be there
    expect(writes.join('')).not.to.match(/[\u0000-\u0009\u000b-\u001f]|##\[|^\s*::/m);
  });
});
