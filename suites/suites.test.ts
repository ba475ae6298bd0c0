/** What holds of every case as a declaration. */
import { expect } from 'chai';
import { forVersion, octtOf } from '../src/judge/test-case.ts';
import { knownRef, octtCase } from './catalogue/index.ts';
import { allCases, suites } from './index.ts';

const cases = allCases();
const each = cases.flatMap((spec) => spec.versions.map((version) => ({ spec, version })));

describe('suites', () => {
  it('give each case an id of its own, below the name of its suite', () => {
    const ids = cases.map(({ id }) => id);
    expect(ids.filter((id, i) => ids.indexOf(id) !== i)).to.deep.equal([]);
    const astray = suites.flatMap(({ name, cases: own }) =>
      own.filter(({ id }) => !id.startsWith(`${name}/`)).map(({ id }) => `${id} in ${name}`),
    );
    expect(astray).to.deep.equal([]);
  });
  it('cite requirements that exist', () => {
    const unknown = each.flatMap(({ spec, version }) =>
      Object.entries(spec.checks).flatMap(([check, { ref }]) => {
        const cited = forVersion(ref, version);
        return cited !== undefined && knownRef(version, cited) ? [] : [`${spec.id}#${check} ${version}: ${cited}`];
      }),
    );
    expect(unknown).to.deep.equal([]);
  });
  it('cite certification cases that exist', () => {
    const unknown = each.flatMap(({ spec, version }) =>
      octtOf(spec, version)
        .filter((id) => octtCase(version, id) === undefined)
        .map((id) => `${spec.id} ${version}: ${id}`),
    );
    expect(unknown).to.deep.equal([]);
  });
  it('state facts in their titles', () => {
    expect(
      cases
        .filter(({ title }) => /\b(must|shall|should|may|might|would|will)\b/i.test(title))
        .map(({ title }) => title),
    ).to.deep.equal([]);
  });
});
