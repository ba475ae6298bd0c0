/** Coverage: what counts, what does not, and the shape that programs read. */
import { expect } from 'chai';
import { type CoveringCase, coverage, requirementCoverage } from './coverage.ts';

const boot: CoveringCase = {
  id: 'csms/provisioning/cold-boot',
  sut: 'csms',
  versions: ['1.6', '2.0.1'],
  octt: { '1.6': 'TC_001_CSMS', '2.0.1': ['TC_B_01_CSMS', 'TC_A_13_CSMS', 'TC_B_01_CS'], '2.1': 'TC_B_01_CSMS' },
  refs: { '1.6': ['4.2'], '2.0.1': ['B01.FR.02', 'B01.FR.01', 'B01.FR.02', 'P4 4.2'] },
};
const wire: CoveringCase = {
  id: 'ocppj/tls',
  sut: 'both',
  versions: ['2.1'],
  octt: {},
  refs: { '2.1': ['A00.FR.313'] },
};

const find = (rows: ReturnType<typeof coverage>, ocpp: string, sut: string) =>
  rows.find((row) => row.ocpp === ocpp && row.sut === sut);

describe('coverage of the certification cases', () => {
  it('has a row for each version and side, with nothing but the named keys', () => {
    const rows = coverage([]);
    expect(rows.map(({ ocpp, sut, covered, of }) => `${ocpp} ${sut} ${covered}/${of}`)).to.deep.equal([
      '1.6 csms 0/77',
      '1.6 station 0/107',
      '2.0.1 csms 0/251',
      '2.0.1 station 0/422',
      '2.1 csms 0/329',
      '2.1 station 0/578',
    ]);
    for (const row of rows) {
      expect(row).to.have.all.keys('ocpp', 'sut', 'covered', 'of', 'missing');
      expect(row.missing).to.have.lengthOf(row.of);
    }
  });

  it('counts an id in force, once, for the side and the versions that the case judges', () => {
    const rows = coverage([boot, boot]);
    expect(find(rows, '1.6', 'csms')).to.include({ covered: 1, of: 77 });
    expect(find(rows, '1.6', 'csms')?.missing).to.not.include('TC_001_CSMS');
    expect(find(rows, '2.0.1', 'csms')).to.include({ covered: 1 });
    expect(find(rows, '2.0.1', 'station')).to.include({ covered: 0 });
    expect(find(rows, '2.1', 'csms')).to.include({ covered: 0 });
  });

  it('a case of both sides counts on the side of the id', () => {
    const rows = coverage([{ ...wire, octt: { '2.1': ['TC_A_04_CS', 'TC_A_04_CSMS'] } }]);
    expect(find(rows, '2.1', 'csms')).to.include({ covered: 1 });
    expect(find(rows, '2.1', 'station')).to.include({ covered: 1 });
  });
});

describe('coverage of the requirements', () => {
  it('counts SHALLs of the side that the case judges', () => {
    const rows = requirementCoverage([boot]);
    expect(rows.map(({ ocpp, sut }) => `${ocpp} ${sut}`)).to.deep.equal([
      '2.0.1 csms',
      '2.0.1 station',
      '2.1 csms',
      '2.1 station',
    ]);
    expect(find(rows, '2.0.1', 'csms')).to.include({ covered: 1 });
    expect(find(rows, '2.0.1', 'csms')?.missing).to.not.include('B01.FR.02');
    expect(find(rows, '2.0.1', 'csms')?.missing).to.include('A00.FR.313');
    expect(find(rows, '2.0.1', 'station')).to.include({ covered: 0 });
  });

  it('a requirement on both ends counts on both', () => {
    const rows = requirementCoverage([wire]);
    expect(find(rows, '2.1', 'csms')).to.include({ covered: 1 });
    expect(find(rows, '2.1', 'station')).to.include({ covered: 1 });
    expect(find(rows, '2.0.1', 'csms')).to.include({ covered: 0 });
  });
});
