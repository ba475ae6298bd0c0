/** Passwords at the door of the reference CSMS: as bytes, and as the standard's own example has them. */
import { expect } from 'chai';
import { basicToken } from '../sut/system-under-test.ts';
import { learnPassword, refusal } from './credentials.ts';
import { rightPolicy } from './policy.ts';
import { Store } from './store.ts';

const bytes = (hex: string) => Uint8Array.from(hex.match(/../g) ?? [], (pair) => Number.parseInt(pair, 16));
const KEY = '0001020304050607FFFFFFFFFFFFFFFFFFFFFFFF';

function knock(identity: string, authorization: string | undefined, store: Store) {
  const request = { target: '', subprotocols: [], headers: authorization === undefined ? {} : { authorization } };
  return (
    refusal(identity, request, { profile: 1, store, policy: rightPolicy, organization: '', anyLetters: false })
      ?.status ?? 101
  );
}

describe('credentials', () => {
  it('of the example in OCPP-J 1.6 (6.2.2) are those that the text prints', () => {
    expect(basicToken('AL1000', bytes(KEY))).to.equal('QUwxMDAwOgABAgMEBQYH////////////////');
  });
  it('are binary: the bytes are let in, and their digits as a text are not', () => {
    const store = new Store();
    store.station('AL1000').password = bytes(KEY);
    expect(knock('AL1000', 'Basic QUwxMDAwOgABAgMEBQYH////////////////', store)).to.equal(101);
    expect(knock('AL1000', `Basic ${btoa(`AL1000:${KEY}`)}`, store)).to.equal(401);
    expect(knock('AL1000', undefined, store)).to.equal(401);
  });
  it('of a station without a password let nobody in', () => {
    const store = new Store();
    store.station('CP01');
    expect(knock('CP01', `Basic ${btoa('CP01:')}`, store)).to.equal(401);
    store.commonPassword = new TextEncoder().encode('common');
    expect(knock('CP01', `Basic ${btoa('CP01:common')}`, store)).to.equal(101);
    expect(knock('CP09', `Basic ${btoa('CP09:common')}`, store), 'a station of which nothing is known').to.equal(101);
  });
  it('keep a colon in the password', () => {
    const store = new Store();
    store.station('CP01').password = new TextEncoder().encode('a:b');
    expect(knock('CP01', `Basic ${btoa('CP01:a:b')}`, store)).to.equal(101);
  });
  it('change when the station accepts, in the words of each version', () => {
    const station = new Store().station('CP01');
    const reply = (payload: object) => ({ kind: 'callresult', payload, action: '', n: 1, ms: 1 }) as never;
    const order = { key: 'AuthorizationKey', value: KEY };
    learnPassword(station, 'ChangeConfiguration', order, reply({ status: 'Rejected' }), rightPolicy);
    expect(station.password).to.equal(undefined);
    learnPassword(station, 'ChangeConfiguration', order, reply({ status: 'Accepted' }), rightPolicy);
    expect(station.password).to.deep.equal(bytes(KEY));
    const item = {
      attributeValue: 'new',
      component: { name: 'SecurityCtrlr' },
      variable: { name: 'BasicAuthPassword' },
    };
    const set = { setVariableData: [{ ...item, variable: { name: 'Identity' } }, item] };
    const result = { setVariableResult: [{ attributeStatus: 'Rejected' }, { attributeStatus: 'Accepted' }] };
    learnPassword(station, 'SetVariables', set, reply(result), rightPolicy);
    expect(new TextDecoder().decode(station.password)).to.equal('new');
  });
});
