/** Tests of what is read from JSON text: flaws where JSON.parse finds them, duplicate keys, elements. */
import { expect } from 'chai';
import fc from 'fast-check';
import { duplicateKeys, duplicateKeysIn, elements, firstFlaw, spotOf } from './json-text.ts';

const isJson = (text: string): boolean => {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
};

const paths = (raw: string, payload: unknown) => duplicateKeys(raw, payload).map(({ path }) => path);

describe('firstFlaw', () => {
  it('finds a flaw exactly where JSON.parse does', () => {
    const json = fc.json();
    const spoilt = fc
      .tuple(
        json,
        fc.nat(),
        fc.nat(2),
        fc.constantFrom('', '"', '{', '}', ']', ',', ':', '\\', '0', '-', '.', 'e', '\n', 't'),
      )
      .map(([text, place, cut, put]) => {
        const at = place % (text.length + 1);
        return text.slice(0, at) + put + text.slice(at + cut);
      });
    fc.assert(
      fc.property(fc.oneof(json, spoilt), (text) => (firstFlaw(text) === undefined) === isJson(text)),
      { seed: 1, numRuns: 3000 },
    );
  });

  it('points at the first character that is wrong', () => {
    expect(firstFlaw('{"a":}')).to.equal(5);
    expect(firstFlaw('[1,]')).to.equal(3);
    expect(firstFlaw('[01]')).to.equal(1);
    expect(firstFlaw('["a\nb"]')).to.equal(3);
    expect(firstFlaw('[1] x')).to.equal(4);
    expect(firstFlaw('[1')).to.equal(2);
    expect(spotOf('{\n "a":}', 7)).to.deep.equal({ line: 2, column: 6 });
  });
});

describe('duplicateKeys', () => {
  it('tells each member that stands twice, by its place in the payload', () => {
    const raw = '[2,"id","A",{"a":1,"b":[{"c":1,"c":2},{"c":3}],"a":2,"a":3}]';
    expect(paths(raw, (JSON.parse(raw) as unknown[])[3])).to.have.members(['/a', '/b/0/c']);
    const payload = '{"a/b":{"x":1,"\\u0078":2}}';
    expect(paths(payload, JSON.parse(payload))).to.deep.equal(['/a~1b/x']);
  });

  it('is not taken in by what stands in strings', () => {
    const raw = '[3,"a\\":{",{"a":"\\"a\\":1,\\"a\\":2","b":{"a":"}"}}]';
    expect(paths(raw, (JSON.parse(raw) as unknown[])[2])).to.deep.equal([]);
  });

  it('finds none in a text that JSON.stringify wrote', () => {
    fc.assert(
      fc.property(fc.dictionary(fc.string(), fc.jsonValue()), (payload) => {
        const raw = JSON.stringify([3, 'id', payload]);
        return duplicateKeys(raw, (JSON.parse(raw) as unknown[])[2]).length === 0;
      }),
      { seed: 1, numRuns: 500 },
    );
  });

  it('survives deep nesting', () => {
    const deep = `${'{"a":'.repeat(5000)}1${'}'.repeat(5000)}`;
    expect(paths(deep, JSON.parse(deep))).to.deep.equal([]);
  });

  it('looks into one member alone', () => {
    const raw = '{"payload":{"a":1,"a":2},"action":"A","action":"B"}';
    expect(duplicateKeysIn(raw, 'payload').map(({ path }) => path)).to.deep.equal(['/a']);
  });
});

describe('elements', () => {
  it('cuts an array as JSON.parse does', () => {
    fc.assert(
      fc.property(fc.array(fc.jsonValue()), (list) => {
        const cut = elements(JSON.stringify(list, null, 1)).map((text) => JSON.parse(text) as unknown);
        expect(cut).to.deep.equal(JSON.parse(JSON.stringify(list)));
      }),
      { seed: 1, numRuns: 500 },
    );
  });
});
