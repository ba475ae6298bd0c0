/** The fault words: what leaves in place of what was right, and under which name. */
import { expect } from 'chai';
import {
  alter,
  behaviour,
  delay,
  drop,
  duplicate,
  type Fault,
  insteadOf,
  mergePatch,
  type Outgoing,
  refuses,
} from './fault.ts';

const answer: Outgoing = {
  kind: 'callresult',
  action: 'Authorize',
  id: 'a',
  payload: { idTagInfo: { status: 'Accepted', parentIdTag: 'P' } },
  text: '[3,"a",{"idTagInfo":{"status":"Accepted","parentIdTag":"P"}}]',
  request: { idTag: 'T' },
};
const call: Outgoing = {
  kind: 'call',
  action: 'Reset',
  id: 'c',
  payload: { type: 'Hard' },
  text: '[2,"c","Reset",{"type":"Hard"}]',
};

const leaves = ({ rewrite }: Fault, out: Outgoing) => rewrite?.(out)?.map(({ text }) => JSON.parse(text) as unknown);

describe('fault words', () => {
  it('alter changes deep members, and takes away what is null', () => {
    const fault = alter('Authorize', { idTagInfo: { status: 'Invalid', parentIdTag: null } });
    expect(leaves(fault, answer)).to.deep.equal([[3, 'a', { idTagInfo: { status: 'Invalid' } }]]);
    expect(fault.name).to.equal('alter:Authorize:idTagInfo.status=Invalid,idTagInfo.parentIdTag=null');
  });
  it('alter takes a function, and wants a name for it', () => {
    const fault = alter('Reset', () => ({ type: 'Soft' }), { name: 'Soft for Hard' });
    expect(leaves(fault, call)).to.deep.equal([[2, 'c', 'Reset', { type: 'Soft' }]]);
    expect(() => alter('Reset', () => ({}))).to.throw(TypeError, /name the change/);
  });
  it('each leaves other frames alone', () => {
    for (const fault of [
      alter('Reset', {}),
      drop('Reset'),
      delay('Reset', 5),
      duplicate('Reset'),
      refuses('Reset', 'X'),
    ]) {
      expect(leaves(fault, answer), fault.name).to.equal(undefined);
    }
    expect(leaves(alter('Reset', { type: 'Soft' }, { kind: 'callresult' }), call)).to.equal(undefined);
    expect(
      leaves(drop('Authorize', { when: (_, asked) => (asked as { idTag: string }).idTag === 'other' }), answer),
    ).to.equal(undefined);
  });
  it('drop is silence, delay is late', () => {
    expect(leaves(drop('Reset'), call)).to.deep.equal([]);
    expect(delay('Reset', 500).rewrite?.(call)).to.deep.equal([{ text: call.text, afterMs: 500 }]);
  });
  it('duplicate gives a second CALL an id of its own, and a second answer the same', () => {
    expect(leaves(duplicate('Reset'), call)).to.deep.equal([
      [2, 'c', 'Reset', { type: 'Hard' }],
      [2, "c'", 'Reset', { type: 'Hard' }],
    ]);
    expect(duplicate('Authorize').rewrite?.(answer)).to.deep.equal([{ text: answer.text }, { text: answer.text }]);
  });
  it('insteadOf and refuses replace the whole frame, also a CALLERROR', () => {
    expect(leaves(refuses('Authorize', 'InternalError'), answer)?.[0]).to.include.members([4, 'a', 'InternalError']);
    const error: Outgoing = { ...answer, kind: 'callerror', text: '[4,"a","NotSupported","",{}]' };
    expect(
      leaves(
        insteadOf('Authorize', 'garbage', () => '"garbage"'),
        error,
      ),
    ).to.deep.equal(['garbage']);
    expect(leaves(alter('Authorize', {}), error)).to.equal(undefined);
  });
  it('behaviour is for the model', () => {
    expect(behaviour('accepts-any-token', 'trusts everybody')).to.deep.equal({
      name: 'accepts-any-token',
      says: 'trusts everybody',
      behaviour: 'accepts-any-token',
    });
  });
  it('merge patches are those of RFC 7386', () => {
    expect(mergePatch({ a: 1, b: { c: 2 } }, { b: { c: null, d: 3 } })).to.deep.equal({ a: 1, b: { d: 3 } });
    expect(mergePatch({ a: [1] }, { a: [2, 3] })).to.deep.equal({ a: [2, 3] });
    expect(mergePatch('x', { a: 1 })).to.deep.equal({ a: 1 });
  });
});
