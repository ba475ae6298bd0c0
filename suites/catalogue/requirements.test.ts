/** The requirement ids of 2.x: no doubles, no prose, the right level in the right version. */
import { expect } from 'chai';
import table from './requirements.json' with { type: 'json' };
import { requirement, requirements } from './requirements.ts';

describe('requirements', () => {
  it('cells hold ids and words of a fixed set', () => {
    const level = /^(SHALL|SHOULD|MAY|-|)$/;
    const cells = [
      /^([A-S]\d\d\.)?FR\.\d{2,3}$/,
      level,
      level,
      /^(csms|station|local-controller|both|any)$/,
      /^(yes|no)$/,
      /^(2\.0\.1)? ?(2\.1)?$/,
    ];
    const odd = table.rows.flatMap((row) =>
      row.filter((cell, at) => !cells[at]?.test(cell)).map((cell) => `${row[0]}: ${cell}`),
    );
    expect(table.columns).to.have.lengthOf(cells.length);
    expect(odd).to.deep.equal([]);
  });

  it('no id stands twice, and each is in some version', () => {
    const ids = requirements().map(({ id }) => id);
    expect(ids).to.have.lengthOf(table.rows.length);
    expect(requirements().filter(({ level }) => Object.keys(level).length === 0)).to.deep.equal([]);
  });

  it('2.0.1 and 2.1 have their own', () => {
    expect(requirements('2.0.1')).to.have.lengthOf(1291);
    expect(requirements('2.1')).to.have.lengthOf(1900);
    expect(requirements('1.6')).to.deep.equal([]);
  });

  it('says who is bound and how strongly', () => {
    expect(requirement('B01.FR.02')).to.deep.include({ level: { '2.0.1': 'SHALL', '2.1': 'SHALL' }, actor: 'csms' });
    expect(requirement('B01.FR.01')).to.deep.include({ actor: 'station' });
    expect(requirement('A00.FR.313')).to.deep.include({ actor: 'both' });
    expect(requirement('O01.FR.01')).to.not.equal(undefined);
    expect(requirement('E16.FR.01')?.level).to.have.keys(['2.1']);
    expect(requirement('B01.FR.99')).to.equal(undefined);
  });

  it('tells what came by an erratum', () => {
    expect(requirement('H02.FR.03')?.byErratum).to.deep.equal(['2.0.1', '2.1']);
    expect(requirement('A02.FR.28')?.byErratum).to.deep.equal(['2.0.1']);
    expect(requirement('B01.FR.02')?.byErratum).to.deep.equal([]);
  });
});
