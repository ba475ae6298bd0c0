/** What a transaction costs at the reference CSMS (2.x): a price for each kilowatt-hour, and nothing else. */
import type { Payload } from '../session.ts';
import type { Transaction } from './store.ts';

/** In the currency of the station, for 1 kWh. */
const PRICE = 0.3;

const list = (value: unknown): readonly Payload[] => (Array.isArray(value) ? value : []);

/** The last reading of the energy register in an event, in Wh; undefined where there is none. */
function registerOf(asked: Payload): number | undefined {
  const readings = list(asked['meterValue'])
    .flatMap(({ sampledValue }) => list(sampledValue))
    .filter(({ measurand = 'Energy.Active.Import.Register', phase, location = 'Outlet' }) => {
      return measurand === 'Energy.Active.Import.Register' && phase === undefined && location === 'Outlet';
    })
    .map(({ value, unitOfMeasure }) => {
      const { unit = 'Wh', multiplier = 0 } = (unitOfMeasure ?? {}) as { unit?: string; multiplier?: number };
      return Number(value) * 10 ** multiplier * (unit === 'kWh' ? 1_000 : 1);
    });
  return readings.at(-1);
}

/** Takes note of the register in an event, and tells the cost up to it; nothing where none was read (I02.FR.01, I03.FR.02). */
export function costAfter(transaction: Transaction, asked: Payload): { totalCost?: number } {
  const register = registerOf(asked);
  if (register === undefined) return {};
  transaction.meterFrom ??= register;
  if (asked['eventType'] === 'Started') return {};
  const cents = Math.round(((register - transaction.meterFrom) / 1_000) * PRICE * 100);
  return { totalCost: Math.max(0, cents) / 100 };
}
