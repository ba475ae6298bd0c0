/** The cost of a transaction at the reference CSMS: by the energy register, and only where one was read. */
import { expect } from 'chai';
import type { Transaction } from './store.ts';
import { costAfter } from './tariff.ts';

const fresh = (): Transaction => ({
  id: 'T',
  station: 'CP',
  evseId: 1,
  token: undefined,
  startedAt: '2024-01-01T00:00:00Z',
  meterStart: undefined,
  fingerprint: 'T',
  seen: new Set(),
});

const event = (eventType: string, value?: number, more: object = {}) => ({
  eventType,
  ...(value !== undefined && { meterValue: [{ sampledValue: [{ value, ...more }] }] }),
});

describe('costAfter', () => {
  it('counts from the first reading', () => {
    const transaction = fresh();
    expect(costAfter(transaction, event('Started', 50_000))).to.deep.equal({});
    expect(costAfter(transaction, event('Updated', 60_000))).to.deep.equal({ totalCost: 3 });
    expect(costAfter(transaction, event('Ended', 60_050))).to.deep.equal({ totalCost: 3.02 });
  });
  it('tells nothing where nothing was read', () => {
    expect(costAfter(fresh(), event('Ended'))).to.deep.equal({});
  });
  it('reads units and multipliers, and no other measurand', () => {
    const transaction = fresh();
    costAfter(transaction, event('Started', 0));
    const kWh = { unitOfMeasure: { unit: 'kWh', multiplier: 1 } };
    expect(costAfter(transaction, event('Updated', 2, kWh))).to.deep.equal({ totalCost: 6 });
    expect(costAfter(transaction, event('Updated', 9, { measurand: 'Voltage' }))).to.deep.equal({});
    expect(costAfter(transaction, event('Updated', 9, { phase: 'L1' }))).to.deep.equal({});
  });
  it('is never less than nothing', () => {
    const transaction = fresh();
    costAfter(transaction, event('Started', 500));
    expect(costAfter(transaction, event('Ended', 100))).to.deep.equal({ totalCost: 0 });
  });
});
