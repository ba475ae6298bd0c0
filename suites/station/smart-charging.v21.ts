/** Charger, charging profiles of OCPP 2.1: what a station does not have it refuses, and says so by a word that was always there. */
import { suite } from '../../src/judge/test-case.ts';
import type { Payload } from '../../src/session.ts';
import { profile } from './charging-limits.ts';
import { type Refusal, refusalCase } from './smart-charging.refusals.ts';
import { EVSE } from './states.ts';

/** A member that came with 2.1, in a profile that is otherwise as any other. */
interface Novelty {
  readonly id: string;
  readonly title: string;
  readonly octt?: string;
  readonly ref: string;
  /** PICS feature of a station that has it; none where nobody takes it. */
  readonly lacks?: string;
  /** Members of the profile, of its schedule, of its first period. */
  readonly members?: Payload;
  readonly schedule?: Payload;
  readonly period?: Payload;
}

const novelties: readonly Novelty[] = [
  {
    id: 'refused-priority',
    title: 'A profile of priority is rejected by a station that has no priority charging',
    octt: 'TC_K_130_CS',
    ref: 'K01.FR.120',
    lacks: 'SC-6',
    members: { chargingProfilePurpose: 'PriorityCharging' },
  },
  {
    id: 'refused-local-generation',
    title: 'A profile of local generation is rejected by a station that does not reckon with it',
    octt: 'TC_K_131_CS',
    ref: 'K01.FR.120',
    lacks: 'bidirectional-power-transfer',
    members: { chargingProfilePurpose: 'LocalGeneration' },
  },
  {
    id: 'refused-local-time',
    title: 'A profile in local time is rejected by a station that knows none',
    octt: 'TC_K_132_CS',
    ref: 'K01.FR.123',
    lacks: 'SC-5',
    schedule: { useLocalTime: true },
  },
  {
    id: 'refused-randomized-delay',
    title: 'A profile with a random delay is rejected by a station that draws none',
    octt: 'TC_K_133_CS',
    ref: 'K01.FR.124',
    lacks: 'SC-7',
    schedule: { randomizedDelay: 60 },
  },
  {
    id: 'refused-limit-at-soc',
    title: 'A profile with a limit by state of charge is rejected by a station that has no such limit',
    octt: 'TC_K_134_CS',
    ref: 'K01.FR.125',
    lacks: 'SC-3',
    schedule: { limitAtSoC: { soc: 80, limit: 6 } },
  },
  {
    id: 'refused-evse-sleep',
    title: 'A profile that lets the EVSE sleep is rejected by a station in which none sleeps',
    octt: 'TC_K_135_CS',
    ref: 'K01.FR.126',
    lacks: 'SC-9.1',
    period: { operationMode: 'Idle', evseSleep: true },
  },
  {
    id: 'refused-dynamic',
    title: 'A dynamic profile is rejected by a station that has only fixed ones',
    ref: 'K01.FR.121',
    lacks: 'SC-8',
    members: { chargingProfileKind: 'Dynamic' },
  },
  {
    id: 'refused-dynamic-interval',
    title: 'An interval of updates is rejected in a profile that is not dynamic',
    ref: 'K01.FR.122',
    members: { dynUpdateInterval: 60 },
  },
];

const refusal = ({ id, title, octt, ref, lacks, members, schedule, period }: Novelty): Refusal => ({
  id,
  title,
  ref: { '2.1': ref },
  ...(octt !== undefined && { octt: { '2.1': octt } }),
  ...(lacks !== undefined && { lacks }),
  bad: (context, bench) => {
    const plain = profile(context, bench, { periods: [[0, 6]], level: 1 });
    const [first = {}] = plain['chargingSchedule'] as readonly Payload[];
    const [start = {}] = first['chargingSchedulePeriod'] as readonly Payload[];
    const chargingSchedule = [{ ...first, ...schedule, chargingSchedulePeriod: [{ ...start, ...period }] }];
    return { evseId: EVSE, profile: { ...plain, ...members, chargingSchedule } };
  },
});

export default suite(
  'station/smart-charging',
  'What a charger of 2.1 has not',
  novelties.map((one) => refusalCase(refusal(one))),
);
