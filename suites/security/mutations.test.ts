/** Spoilt payloads: each rule makes some, each is wrong by the schema, and each is made smaller without mending it. */
import { expect } from 'chai';
import { generatePayload } from '../../schemas/generate.ts';
import { loadMessageSchemas } from '../../schemas/ocpp.ts';
import { mutants, rules, smaller } from './mutations.ts';

const schemas = loadMessageSchemas();

describe('spoilt payloads', () => {
  for (const version of ['1.6', '2.0.1'] as const) {
    it(`of ${version}: every rule that has a place spoils, and leaves the rest alone`, () => {
      for (const action of ['StatusNotification', 'MeterValues', 'BootNotification']) {
        const schema = schemas.schema(version, action, 'call');
        const payload = generatePayload(version, action, 'call', 1, { variant: 'full' });
        for (const rule of rules)
          for (const mutant of mutants(schema, payload, rule))
            expect(mutant.payload, `${action} ${rule.id} ${mutant.at}`).to.not.deep.equal(payload);
      }
      const payload = generatePayload(version, 'StatusNotification', 'call', 1, { variant: 'minimal' });
      const [first] = rules.filter(({ id }) => id === 'missing-field');
      const found =
        first === undefined ? [] : mutants(schemas.schema(version, 'StatusNotification', 'call'), payload, first);
      expect(found.map(({ at }) => at)).to.have.members(Object.keys(payload).map((name) => `/${name}`));
    });
  }
  it('are made smaller from outside in, and keep the place', () => {
    const found = smaller({ a: 1, b: { c: 2, d: 3 }, e: [1, 2] }, '/b/c');
    expect(found).to.deep.equal([
      { b: { c: 2, d: 3 }, e: [1, 2] },
      { a: 1, b: { c: 2, d: 3 } },
      { a: 1, b: { c: 2 }, e: [1, 2] },
      { a: 1, b: { c: 2, d: 3 }, e: [1] },
    ]);
  });
});
