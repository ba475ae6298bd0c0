/** sut.endpoints and sut.stations.spare: other addresses of a CSMS, and what stations show there. */
import { expect } from 'chai';
import { configFixture, type Fixture, settingsOf, usageMessage } from './fixture.test.ts';

const head = 'ocpp: 2.0.1, endpoints:';
const yaml = (endpoints: string, more = '') =>
  `sut: { url: 'ws://h/a', ${head} ${endpoints}${more} }\nids: [CP1]\nsecurity: { profile: 1, password: Password-1234567890 }\n`;

describe('other addresses of a CSMS', () => {
  let fixture: Fixture;
  before(() => {
    fixture = configFixture();
  });
  after(() => fixture.remove());

  const sut = (text: string) => settingsOf(fixture, text, {}, 'csms').sut;
  const blame = (text: string) => usageMessage(() => settingsOf(fixture, text, {}, 'csms'));

  it('are for a security profile each, or for that of the run', () => {
    const { endpoints = [] } = sut(yaml("[{ url: 'wss://h:2/a/', profile: 2 }, { url: 'ws://h:3' }]"));
    expect(endpoints.map(({ url, securityProfile }) => [url, securityProfile])).to.deep.equal([
      ['wss://h:2/a', 2],
      ['ws://h:3', 1],
    ]);
    for (const { identities } of endpoints)
      expect(identities.map(({ id, password }) => [id, password?.length])).to.deep.equal([['CP1', 19]]);
  });

  it('want what their profile wants', () => {
    expect(blame(yaml("[{ url: 'ws://h:2', profile: 2 }]"))).to.match(/security profile 2 goes over wss:\/\//);
    expect(blame(yaml("[{ url: 'wss://h:2', profile: 3 }]"))).to.match(/security profile 3 wants a client certificate/);
    expect(blame(yaml("[{ url: 'ws://h/CP1' }]"))).to.match(/ends with the identity 'CP1'/);
    expect(blame(yaml('[{ profile: 2 }]'))).to.match(/url/);
  });

  it('are taken without credentials where the run has none', () => {
    const text = "sut: { url: 'ws://h', ocpp: 2.0.1, endpoints: [{ url: 'ws://h:2' }] }\n";
    expect(sut(text).endpoints?.map(({ securityProfile }) => securityProfile)).to.deep.equal([0]);
  });

  it('go with stations that may be spent: one, some, or a range', () => {
    const spare = (text: string) => sut(yaml('[]', `, stations: { spare: ${text} }`)).stations.spare;
    expect(spare('A')).to.deep.equal(['A']);
    expect(spare("[A, 'B{1..2}']")).to.deep.equal(['A', 'B1', 'B2']);
  });
});
