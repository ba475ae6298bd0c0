/** What is the same order, and what is another one. */
import { expect } from 'chai';
import { inEssence } from './same-order.ts';

describe('same order', () => {
  const same: readonly [string, Record<string, unknown>, Record<string, unknown>][] = [
    ['members in another order', { a: 1, b: 2 }, { b: 2, a: 1 }],
    ['an instant without its zeros', { at: '2026-01-01T00:00:00.000Z' }, { at: '2026-01-01T00:00:00Z' }],
    ['an instant in another zone', { at: '2026-01-01T02:00:00+02:00' }, { at: '2026-01-01T00:00:00Z' }],
    ['a default written out', { periods: [{ limit: 16 }] }, { periods: [{ limit: 16, numberPhases: 3 }] }],
    ['a token in another case', { idTag: 'abc' }, { idTag: 'ABC' }],
  ];
  for (const [name, one, other] of same) {
    it(`is the same with ${name}`, () => expect(inEssence(one)).to.deep.equal(inEssence(other)));
  }

  const different: readonly [string, Record<string, unknown>, Record<string, unknown>][] = [
    ['another number', { connectorId: 1 }, { connectorId: 2 }],
    ['a number as text', { connectorId: 1 }, { connectorId: '1' }],
    ['another instant', { at: '2026-01-01T00:00:00Z' }, { at: '2026-01-01T00:00:01Z' }],
    ['one phase', { periods: [{ limit: 16 }] }, { periods: [{ limit: 16, numberPhases: 1 }] }],
    ['a member more', { type: 'Hard' }, { type: 'Hard', evseId: 1 }],
    ['a member less', { type: 'Hard', evseId: 1 }, { type: 'Hard' }],
    ['a key in another case', { value: 'abc' }, { value: 'ABC' }],
    ['items in another order', { key: ['a', 'b'] }, { key: ['b', 'a'] }],
  ];
  for (const [name, one, other] of different) {
    it(`is another with ${name}`, () => expect(inEssence(one)).to.not.deep.equal(inEssence(other)));
  }

  it('leaves out what the CSMS may choose', () => {
    expect(inEssence({ requestId: 1, type: 'x' }, ['requestId'])).to.deep.equal(inEssence({ type: 'x' }));
  });
});
