/** What a charger says that it can do with charging profiles: read from its configuration, and from its own limit. */
import type { OcppVersion } from '../../src/dialects/dialect.ts';
import type { Context } from '../../src/judge/context.ts';
import { at } from '../../src/judge/path.ts';
import { Unmet } from '../../src/judge/unmet.ts';
import type { Payload } from '../../src/session.ts';
import type { RateUnit } from '../../src/smart-charging/types.ts';
import { wordsOf } from '../profile-words.ts';
import { EVSE, quiet, ready } from './states.ts';

/** One that many chargers have. */
export const OTHER_EVSE = 2;

export interface Abilities {
  readonly units: readonly RateUnit[];
  /** Highest stack level. */
  readonly maxLevel: number | undefined;
  readonly maxPeriods: number | undefined;
  /** Phases of the supply; 0 for DC. */
  readonly phases: number | undefined;
}

/** Configuration by name; what the station does not tell is not there. */
type Values = ReadonlyMap<string, string>;

const item = (component: string, name: string) => ({ component: { name: component }, variable: { name } });
const SMART = 'SmartChargingCtrlr';

interface Reader {
  read(context: Pick<Context, 'csms'>): Promise<Values>;
  readonly units: string;
  readonly maxLevel: string;
  readonly maxPeriods: string;
  readonly phases: string;
}

/** Names are the same in capital and small letters. */
const lower = (name: unknown): string => String(name).toLowerCase();

const v16: Reader = {
  units: 'ChargingScheduleAllowedChargingRateUnit',
  maxLevel: 'ChargeProfileMaxStackLevel',
  maxPeriods: 'ChargingScheduleMaxPeriods',
  phases: '',
  async read({ csms }) {
    const { payload } = await csms.need('GetConfiguration', { key: [this.units, this.maxLevel, this.maxPeriods] });
    const entries = (payload['configurationKey'] ?? []) as readonly Payload[];
    return new Map(entries.map(({ key, value }) => [lower(key), String(value ?? '')]));
  },
};

const v2: Reader = {
  units: 'RateUnit',
  maxLevel: 'ProfileStackLevel',
  maxPeriods: 'PeriodsPerSchedule',
  phases: 'SupplyPhases',
  async read({ csms }) {
    const names = [this.units, this.maxLevel, this.maxPeriods];
    const getVariableData = [
      ...names.map((name) => item(SMART, name)),
      { component: { name: 'EVSE', evse: { id: EVSE } }, variable: { name: this.phases } },
    ];
    const { payload } = await csms.need('GetVariables', { getVariableData });
    const results = (payload['getVariableResult'] ?? []) as readonly Payload[];
    return new Map(
      results
        .filter(({ attributeStatus }) => attributeStatus === 'Accepted')
        .map((result) => [lower(at(result, 'variable.name')), String(result['attributeValue'])]),
    );
  },
};

const readers: Readonly<Record<OcppVersion, Reader>> = { '1.6': v16, '2.0.1': v2, '2.1': v2 };

const whole = (text: string | undefined): number | undefined =>
  text !== undefined && /^\d+$/.test(text.trim()) ? Number(text) : undefined;

/** 1.6 calls the units by what they measure; some stations by their letters. */
const UNITS: Readonly<Record<string, RateUnit>> = { current: 'A', a: 'A', power: 'W', w: 'W' };

async function abilities(context: Pick<Context, 'csms' | 'dialect'>): Promise<Abilities> {
  const reader = readers[context.dialect.version];
  const values = await reader.read(context);
  const told = (name: string) => values.get(lower(name));
  const words = (told(reader.units) ?? '').toLowerCase().split(/[\s,]+/);
  const units = [...new Set(words.flatMap((word) => UNITS[word] ?? []))];
  return {
    units: units.length > 0 ? units : ['A'],
    maxLevel: whole(told(reader.maxLevel)),
    maxPeriods: whole(told(reader.maxPeriods)),
    phases: whole(told(reader.phases)),
  };
}

/** A charger without profiles, and what it can do. */
export interface Bench extends Abilities {
  /** The unit of everything in the case. */
  readonly unit: RateUnit;
  /** Its own limit for the EVSE in that unit; undefined where it tells none. */
  readonly own: number | undefined;
  /** It has a second EVSE. */
  readonly second: boolean;
}

/** Purposes that a CSMS sets profiles for. */
const purposes = (context: Pick<Context, 'dialect'>) => [
  wordsOf(context).stationPurpose,
  'TxDefaultProfile',
  'TxProfile',
];

/** Clears every profile that a CSMS has set. @throws Unmet where the station has no smart charging */
async function cleared(context: Pick<Context, 'csms' | 'dialect'>): Promise<void> {
  for (const purpose of purposes(context))
    await context.csms.need('ClearChargingProfile', wordsOf(context).clear({ purpose }), ['Accepted', 'Unknown']);
}

/** Highest current that a case limits to, in amperes: the station's own limit has to be above it. */
export const HIGHEST = 10;

/** Nominal voltage, for stations that take watts only. */
const VOLTS = 230;

/** A current per phase in the unit of the case. */
export const inUnit = ({ unit, phases }: Pick<Bench, 'unit' | 'phases'>, amperes: number): number =>
  unit === 'A' ? amperes : amperes * VOLTS * Math.max(1, phases ?? 3);

/** The station is registered, has no charging profiles, and is left so. @throws Unmet */
export async function smart(context: Context): Promise<Bench> {
  const { csms, after } = context;
  await ready(context);
  await quiet(context);
  const able = await abilities(context);
  after(() => (csms.connected ? cleared(context) : undefined));
  await cleared(context);
  const unit: RateUnit = able.units.includes('A') ? 'A' : 'W';
  const { payload } = await csms.need('GetCompositeSchedule', wordsOf(context).composite(EVSE, 60, unit));
  const [first] = wordsOf(context).told(payload).periods;
  // Some stations write a negative limit where there is none.
  const told = Number(first?.['limit'] ?? -1);
  const own = told >= 0 ? told : undefined;
  const other = await csms.call('GetCompositeSchedule', wordsOf(context).composite(OTHER_EVSE, 60, unit));
  const bench = { ...able, unit, own, second: other.payload['status'] === 'Accepted' };
  if (own !== undefined && own <= inUnit(bench, HIGHEST))
    throw new Unmet(
      `the station gives no more than ${own} ${unit}: a limit of ${inUnit(bench, HIGHEST)} shows nowhere`,
    );
  return bench;
}
