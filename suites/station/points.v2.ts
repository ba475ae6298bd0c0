/** Where a 2.x charger starts and ends its transactions: read from it, and set where it lets itself be set. */
import type { Context } from '../../src/judge/context.ts';
import { at } from '../../src/judge/path.ts';
import { Unmet } from '../../src/judge/unmet.ts';
import { configured } from './states.v2.ts';

export type Point =
  | 'ParkingBayOccupancy'
  | 'EVConnected'
  | 'Authorized'
  | 'DataSigned'
  | 'PowerPathClosed'
  | 'EnergyTransfer';

type Side = 'TxStartPoint' | 'TxStopPoint';

/** What is configured now. @throws Unmet where the station does not tell it */
export async function pointsOf({ csms }: Pick<Context, 'csms'>, side: Side): Promise<ReadonlySet<string>> {
  const item = { component: { name: 'TxCtrlr' }, variable: { name: side } };
  const { payload } = await csms.need('GetVariables', { getVariableData: [item] });
  const value = at(payload, 'getVariableResult[0].attributeValue');
  if (typeof value !== 'string') throw new Unmet(`the station does not tell its TxCtrlr.${side}`);
  return new Set(value.split(',').map((point) => point.trim()));
}

/**
 * Has the station start, or end, its transactions at a point that no other one comes before.
 * @param before points that would come first in what the case does
 * @throws Unmet where it does otherwise, and does not let itself be told
 */
export async function pointIs(
  context: Pick<Context, 'csms' | 'after'>,
  side: Side,
  point: Point,
  before: readonly Point[],
): Promise<void> {
  const points = await pointsOf(context, side);
  if (!points.has(point) || before.some((earlier) => points.has(earlier)))
    await configured(context, 'TxCtrlr', side, point);
}

/** The vehicle goes: the cable is out, and where only an empty bay ends a transaction, it drives away. @throws Unmet */
export async function leave(
  { hands }: Pick<Context, 'hands'>,
  stopPoints: ReadonlySet<string>,
  evseId?: number,
): Promise<void> {
  await hands.plugOut(evseId);
  if (endingBy(stopPoints) === 'bay') await hands.driveAway(evseId);
}

/** What ends a transaction, from the end of its authorization to an empty parking bay. */
export type Ending = 'authorization' | 'connection' | 'bay';

/** Each Ending with the points that it ends, in the order in which people leave. */
const ENDINGS: readonly (readonly [Ending, readonly string[]])[] = [
  ['authorization', ['Authorized', 'PowerPathClosed', 'EnergyTransfer']],
  ['connection', ['EVConnected']],
  ['bay', ['ParkingBayOccupancy']],
];

/** What ends a transaction whose driver ends it, takes the cable out, and drives away. @throws Unmet where nothing does */
export function endingBy(stopPoints: ReadonlySet<string>): Ending {
  const found = ENDINGS.find(([, points]) => points.some((point) => stopPoints.has(point)));
  if (found === undefined)
    throw new Unmet(`TxCtrlr.TxStopPoint is ${[...stopPoints].join()}: nothing ends a transaction`);
  return found[0];
}
