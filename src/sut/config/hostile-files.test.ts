/** Files that mean harm to whoever reads them: they are told in a line or two, at once. */
import { expect } from 'chai';
import { UsageError } from '../../usage-error.ts';
import { renderProblem, usageError } from './problem.ts';
import { compileOwn } from './validate.ts';
import { readYaml } from './yaml-source.ts';

const { schema } = compileOwn('config');
const saysOf = (text: string): string =>
  readYaml(text, 'f.yaml', schema, {})
    .problems.map(({ says }) => says)
    .join();

describe('files that mean harm', () => {
  it('have aliases for aliases', () => {
    const rows = [...'bcdefghi'].map((name, i) => `${name}: &${name} [${Array(9).fill(`*${'abcdefgh'[i]}`).join()}]`);
    expect(saysOf(`a: &a [${Array(9).fill('x').join()}]\n${rows.join('\n')}`)).to.equal(
      'the aliases stand for more than 10000 values',
    );
    expect(saysOf('a: &a [*a, *a, *a]')).to.match(/aliases stand for more|goes on for ever/);
  });

  it('are nested without end', () => {
    const deeper = 'the file is nested deeper than any file of ours';
    for (const [open, close] of [
      ['[', ']'],
      ['{a: ', '}'],
    ] as const) {
      expect(saysOf(open.repeat(100_000))).to.equal(deeper);
      expect(saysOf(open.repeat(600) + close.repeat(600))).to.equal(deeper);
    }
    expect(saysOf('- '.repeat(50_000))).to.equal(deeper);
  });

  it('are longer than any', () => {
    expect(saysOf(`a: "${'x'.repeat(17_000_000)}"`)).to.match(/the file has 17\d+ characters/);
  });

  it('have lines that no screen holds, and orders for the screen', () => {
    const row = `${'x'.repeat(5_000)}wrong\u001b[2J${'y'.repeat(5_000)}`;
    const place = { file: 'f.yaml', line: 1, column: 5_001, width: 5, text: row };
    const [, shown = '', carets = ''] = renderProblem({ says: 'no', place }).split('\n');
    expect(shown.length).to.be.lessThan(220);
    expect(shown.slice(carets.indexOf('^'), carets.indexOf('^') + 5)).to.equal('wrong');
    expect(shown).to.include('wrong\ufffd[2J');
    expect(usageError([{ says: 'no', place }])).to.be.instanceOf(UsageError);
  });
});
