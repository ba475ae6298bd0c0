/** Reports of the charging profiles that a 2.x charger holds: asked for, gathered, and compared with those that were set. */
import type { Context } from '../../src/judge/context.ts';
import { at } from '../../src/judge/path.ts';
import { expect } from '../../src/judge/words.ts';
import type { Payload, Reply } from '../../src/session.ts';
import { anyId, type Held } from './charging-limits.ts';
import { quiet } from './states.ts';

export interface Reported {
  readonly reply: Reply;
  readonly requestId: number;
  readonly reports: readonly Payload[];
}

/** Asks for profiles and gathers what is reported, until the report that says that it is the last. */
export async function reported(context: Context, criteria: Payload, evseId?: number): Promise<Reported> {
  const { csms } = context;
  const requestId = anyId(context);
  const since = csms.mark;
  const reply = await csms.call('GetChargingProfiles', {
    requestId,
    ...(evseId !== undefined && { evseId }),
    chargingProfile: criteria,
  });
  if (reply.payload['status'] === 'Accepted')
    await csms.awaitCall('ReportChargingProfiles', { since, where: ({ tbc }) => tbc !== true });
  await quiet(context);
  return { reply, requestId, reports: csms.calls(since, 'ReportChargingProfiles').map(({ payload }) => payload) };
}

export interface Wanted extends Held {
  /** Default: CSO. */
  readonly source?: string;
}

/** Instants are the same however they are written. */
function plain(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(plain);
  if (value !== null && typeof value === 'object')
    return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, plain(inner)]));
  return typeof value === 'string' && /^\d{4}-\d{2}-\d{2}T/.test(value) ? Date.parse(value) : value;
}

/** What a station may add to a profile: the transaction that it came with, and phases where none were named. */
const MAY_ADD: ReadonlySet<string> = new Set(['transactionId', 'numberPhases', 'customData']);

/** A value without what the station may have added to `set`. */
function less(value: unknown, set: unknown): unknown {
  if (Array.isArray(value)) return value.map((inner, i) => less(inner, Array.isArray(set) ? set[i] : undefined));
  if (value === null || typeof value !== 'object') return value;
  const known = (set ?? {}) as Payload;
  return Object.fromEntries(
    Object.entries(value)
      .filter(([key]) => key in known || !MAY_ADD.has(key))
      .map(([key, inner]) => [key, less(inner, known[key])]),
  );
}

/** The check of `judgeReport`. */
export const reportedCheck = {
  ref: 'K09.FR.04',
  level: 'SHALL',
  says: 'exactly the profiles that fit are reported, each as it was set, under the number of the request',
} as const;

/** Judges by the check `reported` that exactly these profiles were reported. */
export function judgeReport(
  context: Context<'reported'>,
  { reply, requestId, reports }: Reported,
  all: readonly Wanted[],
): void {
  context.check('reported', () => {
    expect(reply).to.be.callResult({ status: all.length > 0 ? 'Accepted' : 'NoProfiles' });
    for (const report of reports) expect(report['requestId'], 'number of the request').to.equal(requestId);
    const more = reports.map(({ tbc }) => tbc === true);
    expect(more, 'tbc of the reports').to.deep.equal(reports.map((_, i) => i < reports.length - 1));
    const found = reports.flatMap(({ evseId, chargingLimitSource, chargingProfile }) =>
      ((chargingProfile ?? []) as readonly Payload[]).map((profile) => ({
        evseId,
        source: chargingLimitSource,
        profile,
      })),
    );
    const byId = (one: { readonly profile: unknown }, other: { readonly profile: unknown }) =>
      Number(at(one.profile, 'id')) - Number(at(other.profile, 'id'));
    const wanted = all.map(({ evseId, profile, source = 'CSO' }) => ({ evseId, source, profile })).sort(byId);
    const told = [...found].sort(byId);
    const set = (id: unknown) => wanted.find(({ profile }) => profile['id'] === id)?.profile;
    expect(told.map((one) => ({ ...one, profile: plain(less(one.profile, set(one.profile['id']))) }))).to.deep.equal(
      wanted.map((one) => ({ ...one, profile: plain(one.profile) })),
    );
  });
}
