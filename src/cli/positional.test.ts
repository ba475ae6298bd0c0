/** Arguments behind an option that takes several values. */
import { expect } from 'chai';
import { listArguments, loadArguments } from './positional.ts';

describe('arguments behind options', () => {
  it('are given back to load where no value of the option can be meant', () => {
    const rows: readonly (readonly [options: Record<string, unknown>, words: string[], left: unknown])[] = [
      [{ ocpp: ['1.6', 'knee'] }, ['knee'], { ocpp: ['1.6'] }],
      [{ ocpp: ['1.6', '2.0.1', 'my-day.yaml'] }, ['my-day.yaml'], { ocpp: ['1.6', '2.0.1'] }],
      [{ ocpp: ['1.6', 'kneee'] }, ['kneee'], { ocpp: ['1.6'] }],
      [{ ocpp: ['1.6', '2.0'] }, [], { ocpp: ['1.6', '2.0'] }],
      [{ ocpp: ['1.6', 'export', 'DIR'] }, ['export', 'DIR'], { ocpp: ['1.6'] }],
      [{ id: ['CP{01..08}', 'knee'], rate: '5' }, ['knee'], { id: ['CP{01..08}'], rate: '5' }],
      [{ id: ['CP01', 'CP02'] }, [], { id: ['CP01', 'CP02'] }],
      [{ report: ['html', './a.yml'] }, ['./a.yml'], { report: ['html'] }],
      [{ ocpp: ['knee'] }, [], { ocpp: ['knee'] }],
    ];
    for (const [options, words, left] of rows)
      expect(loadArguments([undefined, undefined], options), JSON.stringify(options)).to.deep.equal({
        words,
        options: left,
      });
  });

  it('stay with the option where the command has its argument', () => {
    const options = { ocpp: ['1.6', 'knee'] };
    expect(loadArguments(['heartbeats', undefined], options)).to.deep.equal({ words: ['heartbeats'], options });
  });

  it('are given back to list', () => {
    expect(listArguments([undefined], { ocpp: ['1.6', 'suites'] })).to.deep.equal({
      words: ['suites'],
      options: { ocpp: ['1.6'] },
    });
  });
});
