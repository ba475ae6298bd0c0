/** Every case against the right reference and against each of its faults, in virtual time. */
import { expect } from 'chai';
import { loadMessageSchemas } from '../schemas/ocpp.ts';
import { allCases } from './index.ts';
import { prove } from './proof.ts';

describe('proof', () => {
  const schemas = loadMessageSchemas();
  for (const spec of allCases()) {
    for (const version of spec.versions) {
      it(`${spec.id} in ${version}`, async () => {
        const rows = await prove(spec, version, schemas);
        const broken = rows
          .filter(({ holds }) => !holds)
          .map(({ sut, check, fault, says }) => `${sut} ${check ?? 'reference'} ${fault ?? ''}: ${says}`);
        expect(broken, broken.join('\n')).to.deep.equal([]);
      });
    }
  }
});
