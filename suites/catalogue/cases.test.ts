/** The certification cases: counts as the official documents state them, and rows that hold facts only. */
import { expect } from 'chai';
import type { OcppVersion, Role } from '../../src/dialects/dialect.ts';
import { mayInitiate, ocppVersions } from '../../src/dialects/dialect.ts';
import { dialects } from '../../src/dialects/index.ts';
import { octtCase, octtCases } from './cases.ts';
import { profileNames } from './certification.ts';
import cases16 from './octt-1.6.json' with { type: 'json' };
import cases201 from './octt-2.0.1.json' with { type: 'json' };
import cases21 from './octt-2.1.json' with { type: 'json' };
import { octtOfProfile, profilesOf, statusIn } from './profiles.ts';
import { requirement } from './requirements.ts';

const count = (version: OcppVersion, sut: Role, at?: string): number =>
  octtCases(version, at).filter((one) => one.sut === sut).length;

const tables = { '1.6': cases16, '2.0.1': cases201, '2.1': cases21 };

describe('certification cases: counts', () => {
  const known: readonly (readonly [OcppVersion, string | undefined, number, number])[] = [
    ['1.6', '2024-04', 75, 102],
    ['1.6', undefined, 77, 107],
    ['2.0.1', '2024-05', 250, 424],
    ['2.0.1', '2025-09', 250, 422],
    ['2.0.1', undefined, 251, 422],
    ['2.1', undefined, 329, 578],
  ];
  for (const [version, at, csms, station] of known) {
    it(`${version}, edition ${at ?? 'newest'}: ${csms} for a CSMS, ${station} for a station`, () => {
      expect(count(version, 'csms', at)).to.equal(csms);
      expect(count(version, 'station', at)).to.equal(station);
    });
  }

  it('nothing is in force before the first edition', () => {
    expect(octtCases('2.0.1', '2020-01')).to.have.lengthOf(0);
  });

  it('147 cases of 2.0.1 are asked of every CSMS that claims Core, Advanced Security, Smart Charging and ISO 15118', () => {
    const claimed = ['core', 'advanced-security', 'smart-charging', 'iso15118'];
    const must = octtCases('2.0.1').filter(
      (one) =>
        one.sut === 'csms' &&
        one.certification.some(({ profile, status }) => status === 'M' && claimed.includes(profile)),
    );
    expect(must).to.have.lengthOf(147);
    expect(must.filter(({ operations }) => operations.length === 0)).to.have.lengthOf(57);
  });

  it('per functional block of 2.0.1, first edition', () => {
    const blocks =
      'A 17/14 B 48/21 C 53/16 D 9/6 E 47/27 F 24/15 G 21/10 H 21/9 I 3/2 J 10/9 K 44/32 L 15/19 M 25/18 N 52/29 O 32/21 P 3/2';
    const cases = octtCases('2.0.1', '2024-05');
    const counted = [...new Set(cases.map(({ block }) => block))].sort().map((block) => {
      const of = (sut: Role) => cases.filter((one) => one.block === block && one.sut === sut).length;
      return `${block} ${of('station')}/${of('csms')}`;
    });
    expect(counted.join(' ')).to.equal(blocks);
  });
});

describe('certification cases: editions', () => {
  it('a case that an erratum took out is still found, with the month', () => {
    for (const id of ['TC_A_13_CS', 'TC_A_13_CSMS', 'TC_O_15_CS']) {
      expect(octtCase('2.0.1', id)?.until, id).to.equal('2025-02');
      expect(octtCase('2.1', id), id).to.equal(undefined);
    }
    expect(octtCase('1.6', 'TC_007_CS')?.until).to.equal('2025-09');
  });

  it('later additions say since when', () => {
    expect(octtCase('2.0.1', 'TC_B_58_CSMS')?.since).to.equal('2025-04');
    const added = octtCases('1.6').filter(({ since }) => since === '2025-09');
    expect(added.map(({ id }) => id)).to.have.members([
      ...['TC_083_CSMS', 'TC_088_CSMS', 'TC_007_1_CS', 'TC_007_2_CS', 'TC_008_1_CS', 'TC_008_2_CS', 'TC_023_4_CS'],
      ...['TC_023_5_CS', 'TC_053_1_CS', 'TC_053_2_CS', 'TC_061_1_CS', 'TC_061_2_CS'],
    ]);
  });

  it('2.1 carries the cases of 2.0.1 and says so', () => {
    expect(octtCase('2.1', 'TC_B_01_CSMS')).to.include({ ocpp: '2.1', carried: true, since: '2025-12' });
    expect(octtCase('2.1', 'TC_Q_109_CS')).to.not.have.property('carried');
    expect(octtCases('2.1').filter(({ carried }) => !carried)).to.have.lengthOf(907 - 673);
  });

  it('a case of 2.0.1 without a profile has one in 2.1 where its matrix gives one', () => {
    expect(octtCase('2.0.1', 'TC_K_52_CSMS')?.certification).to.deep.equal([]);
    expect(octtCase('2.1', 'TC_K_52_CSMS')?.certification).to.deep.equal([
      { profile: 'smart-charging', status: 'C', condition: 'SC-10' },
    ]);
  });
});

describe('certification cases: rows', () => {
  for (const [version, { columns, rows }] of Object.entries(tables)) {
    it(`${version}: the columns are those that the reader takes`, () => {
      expect(columns.join()).to.equal('id,block,since,until,certification,use cases,requirements,operations,hands');
      expect(rows.filter((row) => row.length !== columns.length)).to.deep.equal([]);
    });

    it(`${version}: no id stands twice`, () => {
      const ids = rows.map(([id]) => id);
      expect(ids.filter((id, at) => ids.indexOf(id) !== at)).to.deep.equal([]);
    });

    it(`${version}: cells hold ids, months and names, never sentences`, () => {
      const month = /^20\d\d-\d\d$/;
      const cells: readonly RegExp[] = [
        version === '1.6' ? /^TC_\d{3}(_\d)?_CS(MS)?$/ : /^TC_[A-S]_\d{2,3}_CS(MS)?$/,
        version === '1.6' ? /^[A-Z][A-Za-z]{3,22}$/ : /^[A-S]$/,
        month,
        /^(20\d\d-\d\d)?$/,
        /^([a-z0-9-]+ [MC?]( if [^;]{3,190})?(; |$))*$/,
        /^([A-S]\d\d( |$))*$/,
        /^([A-S]\d\d\.FR\.\d{2,3}( |$))*$/,
        /^([A-Z]\w{4,30}( |$))*$/,
        /^(yes|no)?$/,
      ];
      const odd = rows.flatMap((row) =>
        row.filter((cell, at) => !cells[at]?.test(cell)).map((cell) => `${row[0]}: ${cell}`),
      );
      expect(odd).to.deep.equal([]);
    });
  }

  it('a condition is made of features, profiles and logic, and its brackets close', () => {
    const features =
      /^(C-\d\d(\.\d)?|(AQ|HFS)-\d+|(R|DM|LA|UI|P|AS|SC|ISO|BPT)-\d+(\.\d)?|and|or|not|>|\d|http|https|mode-1-2-only)$/;
    const conditions = ocppVersions.flatMap((version) =>
      octtCases(version).flatMap(({ id, certification }) =>
        certification.map(({ condition = '' }) => ({ id, condition })),
      ),
    );
    const odd = conditions.filter(({ condition }) => {
      const words = condition.split(/[\s()]+/).filter((word) => word !== '');
      const depth = [...condition].reduce(
        (open, letter) => (open < 0 ? open : open + (letter === '(' ? 1 : letter === ')' ? -1 : 0)),
        0,
      );
      return depth !== 0 || !words.every((word) => features.test(word) || profileNames.includes(word));
    });
    expect(conditions.filter(({ condition }) => condition !== '').length).to.be.greaterThan(300);
    expect(odd).to.deep.equal([]);
  });

  it('every requirement that a case names exists in its version', () => {
    const odd = (['2.0.1', '2.1'] as const).flatMap((version) =>
      octtCases(version).flatMap((one) =>
        one.requirements.filter((id) => requirement(id)?.level[version] === undefined).map((id) => `${one.id} ${id}`),
      ),
    );
    expect(odd).to.deep.equal([]);
  });

  it('an operation is an action that a CSMS may send', () => {
    const odd = ocppVersions.flatMap((version) =>
      octtCases(version).flatMap((one) =>
        one.operations
          .filter((action) => !mayInitiate(dialects[version], 'csms', action))
          .map((action) => `${version} ${one.id} ${action}`),
      ),
    );
    expect(odd).to.deep.equal([]);
  });

  it('a month of the end is later than that of the start', () => {
    const odd = ocppVersions.flatMap((version) =>
      octtCases(version, '2024-05').filter(({ since, until }) => until !== undefined && until <= since),
    );
    expect(odd).to.deep.equal([]);
  });
});

describe('certification profiles', () => {
  it('a case tells its profiles and its status in each', () => {
    expect(profilesOf('2.0.1', 'TC_B_01_CSMS')).to.deep.equal(['core']);
    expect(profilesOf('2.0.1', 'TC_K_01_CSMS')).to.deep.equal(['smart-charging', 'iso15118']);
    expect(statusIn('2.0.1', 'TC_B_01_CSMS', 'core')).to.equal('M');
    expect(statusIn('2.0.1', 'TC_B_02_CSMS', 'core')).to.equal('C');
    expect(statusIn('2.0.1', 'TC_B_01_CSMS', 'reservation')).to.equal(undefined);
    expect(statusIn('1.6', 'TC_001_CS', 'core')).to.equal('?');
    expect(profilesOf('2.0.1', 'TC_Z_99_CSMS')).to.deep.equal([]);
  });

  it('a profile tells its cases', () => {
    const ids = octtOfProfile('2.0.1', 'advanced-security', 'csms').map(({ id }) => id);
    expect(ids).to.have.members(['TC_A_07_CSMS', 'TC_A_08_CSMS', 'TC_A_11_CSMS', 'TC_A_14_CSMS']);
    expect(octtOfProfile('1.6', 'advanced-security', 'csms').map(({ id }) => id)).to.have.members([
      'TC_074_CSMS',
      'TC_077_CSMS',
      'TC_087_CSMS',
    ]);
  });

  it('every name has cases in some version, and no case has another', () => {
    const used = new Set(
      ocppVersions.flatMap((version) =>
        octtCases(version).flatMap(({ certification }) => certification.map(({ profile }) => profile)),
      ),
    );
    expect([...used]).to.have.members([...profileNames]);
  });

  it('2.1 asks for what was a profile of its own as a feature of Core', () => {
    expect(octtCase('2.0.1', 'TC_D_01_CSMS')?.certification[0]).to.include({ status: 'M' });
    expect(octtCase('2.1', 'TC_D_01_CSMS')?.certification[0]).to.deep.equal({
      profile: 'local-auth-list',
      status: 'C',
      condition: 'LA-0',
    });
  });
});
