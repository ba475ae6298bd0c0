/** What a run says of its transactions: where they do not come out even, and where drivers came and none started. */
import { expect } from 'chai';
import { balance } from './balance.ts';
import { Totals } from './totals.ts';

const drivers = { scenarios: [{ exec: 'session' }] } as unknown as Parameters<typeof balance>[1];
const readers = { scenarios: [{ exec: 'authorize' }] } as unknown as Parameters<typeof balance>[1];

function books(counts: readonly [Parameters<Totals['add']>[0], number, string?][]): Totals {
  const totals = new Totals([], 1);
  for (const [name, value, action] of counts) totals.add(name, action ?? '', value);
  return totals;
}

describe('the balance of transactions', () => {
  it('is silent where each start has its end', () =>
    expect(
      balance(
        books([
          ['ocpp_transactions_started', 3],
          ['ocpp_transactions_ended', 3],
        ]),
        drivers,
      ),
    ).to.deep.equal([]));

  it('says how many are open', () =>
    expect(
      balance(
        books([
          ['ocpp_transactions_started', 3],
          ['ocpp_transactions_ended', 1],
        ]),
        drivers,
      ).join(),
    ).to.match(/3 starts and 1 ends, so that 2 are open/));

  it('says where drivers came and no transaction started, and not where nobody wanted one', () => {
    const asked = books([['ocpp_calls', 310, 'Authorize']]);
    expect(balance(asked, drivers).join()).to.match(/asked about tokens 310 times, and no transaction started/);
    expect(balance(asked, readers)).to.deep.equal([]);
  });
});
