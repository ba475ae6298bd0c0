/** The preflight names what is too little, and the command that raises it. */
import { expect } from 'chai';
import { lacks, loopbackSources, type MachineFacts, machineFacts } from './preflight.ts';

const plenty: MachineFacts = { openFiles: 1_000_000, ports: [1024, 65_535], freeBytes: 2 ** 40 };

const wanted = (stations: number, sources = 0) => ({ stations, workers: 1, tls: false, sources });

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
      const found = lacks(facts, wanted(stations));
      expect(found).to.have.lengthOf(1);
      expect(`${found[0]?.says} ${found[0]?.fix}`).to.match(says);
      expect(found[0]?.fatal).to.equal(fatal);
    });
  }

  it('is content where there is enough, or nobody tells', () => {
    expect(lacks(plenty, wanted(50_000))).to.deep.equal([]);
    expect(lacks({}, wanted(1_000_000))).to.deep.equal([]);
    expect(lacks({ ...plenty, openFiles: 1100 }, wanted(1000))).to.deep.equal([]);
  });

  it('dials from several addresses where the ports of one are too few', () => {
    const few: MachineFacts = { ...plenty, ports: [32_768, 60_999] };
    expect(loopbackSources(few, 28_000, '127.0.0.1')).to.deep.equal([]);
    expect(loopbackSources(few, 60_000, 'localhost')).to.deep.equal(['127.0.0.2', '127.0.0.3', '127.0.0.4']);
    expect(loopbackSources(few, 60_000, 'csms.example')).to.deep.equal([]);
    expect(lacks(few, wanted(60_000, 3))).to.deep.equal([]);
  });

  it('reads this machine', () => {
    expect(machineFacts().freeBytes).to.be.greaterThan(0);
  });
});
