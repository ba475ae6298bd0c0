/** A second calculator of composite schedules, second by second from the text alone: the first one is judged by it. */
import type {
  CompositeInput,
  CompositePeriod,
  CompositeSchedule,
  InstalledProfile,
  ScheduleInput,
  SchedulePeriodInput,
} from './types.ts';

// It shares nothing with the first calculator but the types of the input, and expects profiles that keep the rules.

interface InForce {
  readonly period: SchedulePeriodInput;
  readonly unit: 'A' | 'W';
}

interface Point {
  /** In units of `one`; undefined: no limit. */
  readonly amps: bigint | undefined;
  readonly phases: number;
  readonly stated: boolean;
  readonly phase: number | undefined;
}

const at = (one: { evseId?: number; connectorId?: number }): number => one.evseId ?? one.connectorId ?? 0;

const micro = (value: number): bigint => BigInt(Math.round(value * 1e6));

/** Answers as `compositeSchedule` does, in time proportional to the duration. */
export function slowCompositeSchedule(input: CompositeInput): CompositeSchedule {
  const second = new SlowSecond(input);
  const begin = second.instant(input.start);
  const periods: CompositePeriod[] = [];
  let before = '';
  for (let passed = 0; passed < input.duration; passed++) {
    const now = second.answer(begin + passed);
    const text = JSON.stringify(now);
    if (text !== before) periods.push({ startPeriod: passed, ...now });
    before = text;
  }
  return { start: input.start, duration: input.duration, unit: input.unit, periods };
}

class SlowSecond {
  readonly #input: CompositeInput;
  readonly #transactions: { evse: number; id: string; from: number; priority: boolean; tuple: number }[];
  readonly #evses: number;
  /** Micro-amperes are multiplied by this, so that dividing by the voltage and by 1, 2 or 3 phases leaves no rest. */
  readonly #one: bigint;
  readonly #microVolts: bigint;
  readonly #zone: Intl.DateTimeFormat | undefined;
  readonly #offsets = new Map<number, number>();
  readonly #instants = new Map<string, number>();

  constructor(input: CompositeInput) {
    this.#input = input;
    this.#microVolts = micro(input.station?.voltage ?? 230);
    this.#one = this.#microVolts * 6n;
    this.#zone =
      input.timezone === undefined
        ? undefined
        : new Intl.DateTimeFormat('en', { timeZone: input.timezone, timeZoneName: 'longOffset' });
    const all = (input.transaction ? [input.transaction] : []).concat(input.transactions ?? []);
    this.#transactions = all.map((one) => ({
      evse: one.evseId ?? one.connectorId ?? Math.max(1, at(input)),
      id: `${one.id}`.toLowerCase(),
      from: this.instant((input.ocpp !== '1.6' && one.powerPathClosedAt) || one.startedAt),
      priority: one.priorityCharging ?? false,
      tuple: one.scheduleTuple ?? 1,
    }));
    const places = [1, at(input), ...this.#transactions.map(({ evse }) => evse), ...input.profiles.map(at)];
    this.#evses = input.station?.evses ?? Math.max(...places);
  }

  /** Seconds of UTC. */
  instant(text: string): number {
    const known = this.#instants.get(text) ?? this.#read(text);
    this.#instants.set(text, known);
    return known;
  }

  #read(text: string): number {
    if (/(z|[+-]\d\d:?\d\d)$/i.test(text)) return Math.floor(Date.parse(text) / 1000);
    const shown = Math.floor(Date.parse(`${text}Z`) / 1000);
    // The first moment, within a day before or after, at which the clock shows this or has just jumped past it.
    const guesses = [shown - this.#offset(shown - 86400), shown - this.#offset(shown + 86400)];
    return guesses.find((guess) => guess + this.#offset(guess) === shown) ?? (guesses[0] as number);
  }

  #offset(instant: number): number {
    if (this.#zone === undefined) return 0;
    let known = this.#offsets.get(instant);
    if (known === undefined) {
      const name = this.#zone.formatToParts(instant * 1000).find(({ type }) => type === 'timeZoneName')?.value ?? '';
      const [, sign, hours = '0', minutes = '0', seconds = '0'] = /GMT([+-])(\d\d):(\d\d)(?::(\d\d))?/.exec(name) ?? [];
      known = (sign === '-' ? -1 : 1) * (Number(hours) * 3600 + Number(minutes) * 60 + Number(seconds));
      this.#offsets.set(instant, known);
    }
    return known;
  }

  answer(now: number): Omit<CompositePeriod, 'startPeriod'> {
    const asked = at(this.#input);
    if (asked === 0 && this.#evses > 1) return this.#station(now);
    const evse = Math.max(asked, 1);
    const point = this.#evse(now, evse);
    let amps = point.amps;
    if (amps !== undefined) {
      for (const more of this.#generation(now, [0, evse])) amps += this.#perPhase(more, point.phases);
      for (const local of this.#local()) if (local < amps) amps = local;
    }
    const scaled = amps === undefined ? undefined : amps * this.#inUnit(point.phases);
    return this.#show(scaled, point);
  }

  /** All EVSEs together. */
  #station(now: number): Omit<CompositePeriod, 'startPeriod'> {
    let sum: bigint | undefined = 0n;
    let phases = 0;
    const points: Point[] = [];
    for (let evse = 1; evse <= this.#evses; evse++) {
      const point = this.#evse(now, evse);
      points.push(point);
      phases = Math.max(phases, point.phases);
      sum = sum === undefined || point.amps === undefined ? undefined : sum + point.amps * this.#inUnit(point.phases);
    }
    const caps = [
      this.#leading(now, 0, ['ChargingStationMaxProfile', 'ChargePointMaxProfile']),
      this.#leading(now, 0, ['ChargingStationExternalConstraints']),
    ];
    const held = caps.filter((cap) => cap !== undefined);
    const capPhases = Math.min(this.#most(), ...held.map(({ period }) => period.numberPhases ?? 3));
    for (const cap of held) {
      const limit = this.#perPhase(cap, cap.period.numberPhases ?? 3) * this.#inUnit(capPhases);
      if (sum === undefined || limit < sum) sum = limit;
    }
    if (sum !== undefined) {
      const places = Array.from({ length: this.#evses + 1 }, (_, place) => place);
      for (const more of this.#generation(now, places)) sum += this.#perPhase(more, phases) * this.#inUnit(phases);
      for (const local of this.#local()) {
        const limit = local * this.#inUnit(this.#most());
        if (limit < sum) sum = limit;
      }
    }
    const same = points.every(({ phase }) => phase === points[0]?.phase);
    return this.#show(sum, {
      amps: undefined,
      phases,
      stated: points.some(({ stated }) => stated),
      phase: same ? points[0]?.phase : undefined,
    });
  }

  /** One EVSE, without local generation: the lowest of the leading limits of the purposes. */
  #evse(now: number, evse: number): Point {
    const transaction = this.#transactions.find((one) => one.evse === evse);
    const tx =
      (transaction?.priority ? this.#leading(now, evse, ['PriorityCharging']) : undefined) ??
      (transaction ? this.#leading(now, evse, ['TxProfile']) : undefined) ??
      this.#leading(now, evse, ['TxDefaultProfile']);
    const held = [
      tx,
      this.#leading(now, 0, ['ChargingStationMaxProfile', 'ChargePointMaxProfile']),
      this.#leading(now, 0, ['ChargingStationExternalConstraints']),
      this.#leading(now, evse, ['ChargingStationExternalConstraints']),
    ].filter((one) => one !== undefined);
    let amps: bigint | undefined;
    for (const limit of [...held.map((one) => this.#perPhase(one, one.period.numberPhases ?? 3)), ...this.#local()]) {
      if (amps === undefined || limit < amps) amps = limit;
    }
    return {
      amps,
      phases: Math.min(this.#most(), ...held.map(({ period }) => period.numberPhases ?? 3)),
      stated: this.#input.station?.phases !== undefined || held.some(({ period }) => period.numberPhases !== undefined),
      phase: held.find(({ period }) => period.phaseToUse !== undefined)?.period.phaseToUse,
    };
  }

  #generation(now: number, places: readonly number[]): InForce[] {
    return places.map((place) => this.#leading(now, place, ['LocalGeneration'])).filter((one) => one !== undefined);
  }

  /** The profile with the highest stack level that is valid and has a period now. Place 0 is the station itself. */
  #leading(now: number, place: number, purposes: readonly string[]): InForce | undefined {
    let best: { level: number; found: InForce } | undefined;
    for (const one of this.#input.profiles) {
      const { profile } = one;
      if (!purposes.includes(profile.chargingProfilePurpose) || !this.#concerns(one, place)) continue;
      if (best !== undefined && best.level > profile.stackLevel) continue;
      const found = this.#inForce(one, place, now);
      if (found !== undefined) best = { level: profile.stackLevel, found };
    }
    return best?.found;
  }

  #concerns(one: InstalledProfile, place: number): boolean {
    const { profile } = one;
    const here = at(one) === place;
    switch (profile.chargingProfilePurpose) {
      case 'TxProfile': {
        const running = this.#transactions.find(({ evse }) => evse === place);
        return (
          here && (profile.transactionId === undefined || `${profile.transactionId}`.toLowerCase() === running?.id)
        );
      }
      case 'PriorityCharging':
        return here || at(one) === 0;
      case 'TxDefaultProfile': {
        const replaced = this.#input.profiles.some(
          (other) =>
            at(other) === place &&
            other.profile.chargingProfilePurpose === 'TxDefaultProfile' &&
            other.profile.stackLevel === profile.stackLevel,
        );
        return here || (at(one) === 0 && !replaced);
      }
      default:
        return here;
    }
  }

  #inForce(one: InstalledProfile, place: number, now: number): InForce | undefined {
    const { profile } = one;
    if (profile.validFrom !== undefined && now < this.instant(profile.validFrom)) return undefined;
    if (profile.validTo !== undefined && now >= this.instant(profile.validTo)) return undefined;
    const offline = this.#input.station?.offlineSince;
    if (
      offline !== undefined &&
      profile.maxOfflineDuration !== undefined &&
      now >= this.instant(offline) + profile.maxOfflineDuration
    )
      return undefined;
    const list = ([] as ScheduleInput[]).concat(profile.chargingSchedule as ScheduleInput);
    const tuple =
      profile.chargingProfilePurpose === 'TxProfile'
        ? (this.#transactions.find(({ evse }) => evse === place)?.tuple ?? 1)
        : 1;
    const schedule = list[tuple - 1];
    if (schedule === undefined) return undefined;
    let passed = this.#passed(one, schedule, place, now);
    if (passed < 0) return undefined;
    if (profile.chargingProfileKind === 'Recurring') passed %= profile.recurrencyKind === 'Weekly' ? 604800 : 86400;
    if (schedule.duration !== undefined && passed >= schedule.duration) return undefined;
    let period: SchedulePeriodInput | undefined;
    for (const each of schedule.chargingSchedulePeriod) if (each.startPeriod <= passed) period = each;
    return period === undefined ? undefined : { period, unit: schedule.chargingRateUnit };
  }

  /** Seconds since the schedule began for the first time. */
  #passed({ profile }: InstalledProfile, schedule: ScheduleInput, place: number, now: number): number {
    const kind = profile.chargingProfileKind;
    const start = this.instant(this.#input.start);
    if (kind === 'Dynamic')
      return now - (profile.dynUpdateTime === undefined ? start : this.instant(profile.dynUpdateTime));
    if (kind === 'Relative' || schedule.startSchedule === undefined) {
      const running = this.#transactions.filter(({ evse }) => place === 0 || evse === place);
      return now - running.reduce((earliest, { from }) => Math.min(earliest, from), running[0]?.from ?? start);
    }
    if (this.#input.ocpp === '2.1') {
      if (!schedule.useLocalTime) return now - this.instant(schedule.startSchedule);
      const unqualified = schedule.startSchedule.replace(/(z|[+-]\d\d:?\d\d)$/i, '');
      return now + this.#offset(now) - Math.floor(Date.parse(`${unqualified}Z`) / 1000);
    }
    const began = this.instant(schedule.startSchedule);
    return kind === 'Recurring' ? now + this.#offset(now) - (began + this.#offset(began)) : now - began;
  }

  #dc(): boolean {
    return this.#input.station?.phases === 0;
  }

  #most(): number {
    return this.#input.station?.phases || 3;
  }

  /** Micro-amperes times `one`. */
  #perPhase({ period, unit }: InForce, phases: number): bigint {
    const limit = micro(period.limit);
    if (unit === 'A') return limit * this.#one;
    return (limit * this.#one * 1_000_000n) / (this.#microVolts * BigInt(this.#dc() ? 1 : phases));
  }

  #local(): bigint[] {
    const { maxCurrent, maxPower } = this.#input.station ?? {};
    const period = (limit: number) => ({ period: { startPeriod: 0, limit } });
    return [
      ...(maxCurrent === undefined ? [] : [this.#perPhase({ ...period(maxCurrent), unit: 'A' }, 1)]),
      ...(maxPower === undefined ? [] : [this.#perPhase({ ...period(maxPower), unit: 'W' }, this.#most())]),
    ];
  }

  /** What amperes are multiplied with for the unit asked for, times a million. */
  #inUnit(phases: number): bigint {
    return this.#input.unit === 'A' ? 1_000_000n : this.#microVolts * BigInt(this.#dc() ? 1 : phases);
  }

  #show(scaled: bigint | undefined, { phases, stated, phase }: Point): Omit<CompositePeriod, 'startPeriod'> {
    const answer: { limit?: number; numberPhases?: number; phaseToUse?: number } = {};
    if (scaled !== undefined) {
      // Micro-units, times `one`, times a million: down to tenths, or to millionths in 2.1.
      const digits = this.#input.ocpp === '2.1' ? 6 : 1;
      const divisor = (this.#one * 1_000_000n * 1_000_000n) / 10n ** BigInt(digits);
      answer.limit = Number((scaled - (((scaled % divisor) + divisor) % divisor)) / divisor) / 10 ** digits;
    }
    if (stated && !this.#dc()) answer.numberPhases = phases;
    if (phase !== undefined && !this.#dc()) answer.phaseToUse = phase;
    return answer;
  }
}
