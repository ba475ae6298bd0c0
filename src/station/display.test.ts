/** Messages on the display of a 2.x charger: how many fit, how they are listed, and when they go. */
import { expect } from 'chai';
import { loadMessageSchemas } from '../../schemas/ocpp.ts';
import { StationAndCsms } from '../reference/station-and-csms-in-memory.ts';
import { MAX_MESSAGES } from './display.ts';
import type { Payload } from './types.ts';

const schemas = loadMessageSchemas();

describe('display messages in OCPP 2.0.1', () => {
  const start = async () => {
    const both = new StationAndCsms({ setup: { identity: 'CP01', version: '2.0.1' }, schemas });
    await both.start();
    return both;
  };
  const set = (both: StationAndCsms, id: number, more: Payload = {}) =>
    both.ask('SetDisplayMessage', {
      message: { id, priority: 'NormalCycle', message: { format: 'UTF8', content: `message ${id}` }, ...more },
    });
  const listed = async (both: StationAndCsms, filter: Payload = {}) => {
    const from = both.mark;
    await both.ask('GetDisplayMessages', { requestId: 7, ...filter });
    await both.pass(2);
    return both.calls('NotifyDisplayMessages', from).map(({ payload }) => payload);
  };

  it('are listed in parts, and no more are kept than there is room for', async () => {
    const both = await start();
    for (let id = 1; id <= MAX_MESSAGES; id++) expect(await set(both, id)).to.include({ status: 'Accepted' });
    expect(await set(both, 0)).to.include({ status: 'Rejected' });
    expect(await set(both, 1)).to.include({ status: 'Accepted' });
    const parts = await listed(both);
    expect(parts.map(({ tbc }) => tbc ?? false)).to.deep.equal([true, true, true, true, false]);
    expect(parts.flatMap(({ messageInfo }) => messageInfo)).to.have.length(MAX_MESSAGES);
    expect(both.breaches()).to.deep.equal([]);
  });

  it('go when their time is over, also over a restart', async () => {
    const both = await start();
    const at = new Date(both.clock.now() + 60_000).toISOString();
    await set(both, 1, { endDateTime: at });
    await set(both, 2);
    both.station.powerCycle();
    await both.pass(20);
    expect(await listed(both, { id: [1, 2] }))
      .to.have.nested.property('[0].messageInfo')
      .with.length(2);
    await both.pass(60);
    expect(await listed(both))
      .to.have.nested.property('[0].messageInfo')
      .with.length(1);
  });
});
