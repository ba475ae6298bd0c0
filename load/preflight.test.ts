/** The preflight names what is too little, and the command that raises it. */
import { expect } from 'chai';
import { lacks, type MachineFacts, machineFacts } from './preflight.ts';

const plenty: MachineFacts = { openFiles: 1_000_000, ports: [1024, 65_535], freeBytes: 2 ** 40 };

describe('preflight', () => {
  const rows: readonly [name: string, facts: MachineFacts, stations: number, says: RegExp, fatal: boolean][] = [
    [
      'files',
      { ...plenty, openFiles: 1024 },
      1000,
      /1100 open files, and this process may open 1024.*ulimit -n 65536/s,
      true,
    ],
    ['ports', { ...plenty, ports: [32_768, 60_999] }, 30_000, /28232 \(32768 to 60999\).*sysctl -w/s, true],
    ['memory', { ...plenty, freeBytes: 2 ** 26 }, 10_000, /MiB are free/, false],
  ];
  for (const [name, facts, stations, says, fatal] of rows) {
    it(`sees too little of ${name}`, () => {
      const found = lacks(facts, stations, 1, false);
      expect(found).to.have.lengthOf(1);
      expect(`${found[0]?.says} ${found[0]?.fix}`).to.match(says);
      expect(found[0]?.fatal).to.equal(fatal);
    });
  }

  it('is content where there is enough, or nobody tells', () => {
    expect(lacks(plenty, 50_000, 8, true)).to.deep.equal([]);
    expect(lacks({}, 1_000_000, 8, true)).to.deep.equal([]);
    expect(lacks({ ...plenty, openFiles: 1100 }, 1000, 1, false)).to.deep.equal([]);
  });

  it('reads this machine', () => {
    expect(machineFacts().freeBytes).to.be.greaterThan(0);
  });
});
