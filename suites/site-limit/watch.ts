/** What the chargers of a site take together, watched over time, and what is made of it: limit, use, fairness, reaction. */
import type { Clock, TimerHandle } from '../../src/clock.ts';
import type { ChartReport } from '../../src/report.ts';
import type { Charger } from './charger.ts';

interface Moment {
  /** Seconds since the watch began. */
  readonly at: number;
  readonly amperes: readonly number[];
  readonly wants: readonly boolean[];
}

/** Between two changes at the site. */
export interface Stretch {
  readonly says: string;
  /** Amperes per phase that the CSMS knows of. */
  readonly limit: number;
  readonly from: number;
  readonly to: number;
}

const TICK_MS = 1_000;
const sum = (values: readonly number[]): number => values.reduce((all, value) => all + value, 0);
const round = (value: number): number => Math.round(value * 100) / 100;

/** Regulation and rounding may be a little off. */
const TOLERANCE = 1.02;

export class Watch {
  readonly #clock: Clock;
  readonly #chargers: readonly Charger[];
  readonly #began: number;
  readonly #startedAt: number;
  readonly #moments: Moment[] = [];
  readonly #stretches: { says: string; limit: number; from: number; to: number }[] = [];
  #timer: TimerHandle | undefined;

  constructor(clock: Clock, chargers: readonly Charger[]) {
    this.#clock = clock;
    this.#chargers = chargers;
    this.#began = clock.monotonic();
    this.#startedAt = clock.now();
    this.#tick();
  }

  /** Looks now: something may have changed. */
  look(): void {
    this.#moments.push({
      at: this.#now(),
      amperes: this.#chargers.map(({ amperes }) => amperes),
      wants: this.#chargers.map(({ wants }) => wants),
    });
  }

  /** Something changed at the site. */
  mark(says: string, limit: number): void {
    const at = this.#now();
    const last = this.#stretches.at(-1);
    if (last) last.to = at;
    this.#stretches.push({ says, limit, from: at, to: at });
    this.look();
  }

  end(): void {
    this.#clock.clearTimeout(this.#timer);
    const last = this.#stretches.at(-1);
    if (last) last.to = this.#now();
    this.look();
  }

  /** Everything that is judged, and shown. @param reactionS seconds that the CSMS may take to share anew */
  figures(reactionS: number): Figures {
    const stretches = this.#stretches.filter(({ from, to }) => to > from);
    return {
      above: this.#above(),
      stretches: stretches.map((stretch) => this.#of(stretch, reactionS)),
      chart: this.#chart(),
    };
  }

  /** The longest time in a row above the limit. */
  #above(): Above {
    let longest: Above = { seconds: 0, amperes: 0, at: 0 };
    let since: number | undefined;
    let most = 0;
    const close = (at: number) => {
      if (since !== undefined && at - since >= longest.seconds)
        longest = { seconds: round(at - since), amperes: round(most), at: round(since) };
      since = undefined;
      most = 0;
    };
    for (const { at, amperes } of this.#moments) {
      const limit = this.#limitAt(at);
      const over = sum(amperes) - limit;
      if (sum(amperes) <= limit * TOLERANCE) close(at);
      else {
        since ??= at;
        most = Math.max(most, over);
      }
    }
    close(this.#moments.at(-1)?.at ?? 0);
    return longest;
  }

  #of(stretch: Stretch, reactionS: number): StretchFigures {
    const settled = this.#moments.filter(({ at }) => at >= stretch.from + reactionS && at < stretch.to);
    const shares = settled.flatMap((moment) => this.#shares(moment, stretch.limit));
    const used = settled.flatMap((moment) => this.#used(moment, stretch.limit) ?? []);
    return {
      ...stretch,
      used: used.length === 0 ? undefined : round(sum(used) / used.length),
      least: shares.length === 0 ? undefined : round(Math.min(...shares)),
      fairness:
        shares.length === 0
          ? undefined
          : round(sum(shares) ** 2 / (shares.length * sum(shares.map((s) => s * s)) || 1)),
      servedAfter: this.#servedAfter(stretch),
    };
  }

  /** What each vehicle that wants gets, of what it would get if all got alike. */
  #shares({ amperes, wants }: Moment, limit: number): number[] {
    const count = wants.filter(Boolean).length;
    return this.#chargers.flatMap(({ appetite }, i) =>
      wants[i] ? [(amperes[i] ?? 0) / Math.max(0.1, Math.min(appetite, limit / count))] : [],
    );
  }

  /** What is taken of what could be. */
  #used({ amperes, wants }: Moment, limit: number): number | undefined {
    const wanted = sum(this.#chargers.map(({ appetite }, i) => (wants[i] ? appetite : 0)));
    const possible = Math.min(limit, wanted);
    return possible > 0 ? sum(amperes) / possible : undefined;
  }

  /** Seconds until every vehicle that wants gets something; undefined where that never came. */
  #servedAfter({ from, to }: Stretch): number | undefined {
    const served = this.#moments.find(
      ({ at, amperes, wants }) => at >= from && at <= to && wants.every((one, i) => !one || (amperes[i] ?? 0) > 0),
    );
    return served && round(served.at - from);
  }

  #limitAt(at: number): number {
    return this.#stretches.findLast(({ from }) => from <= at)?.limit ?? Number.POSITIVE_INFINITY;
  }

  #chart(): ChartReport {
    const durationS = Math.ceil(this.#moments.at(-1)?.at ?? 0);
    // One value a second is enough to be seen.
    const seen = this.#moments.filter(({ at }, i, all) => i === 0 || Math.floor(at) > Math.floor(all[i - 1]?.at ?? 0));
    const curve = (name: string, value: (moment: Moment) => number) => ({
      name,
      kind: 'steps' as const,
      points: seen.map((moment) => [round(moment.at), round(value(moment))] as const),
    });
    return {
      title: 'What the site takes, of each phase',
      unit: 'A',
      start: new Date(this.#startedAt).toISOString(),
      durationS,
      curves: [
        {
          name: 'limit of the site',
          kind: 'steps',
          points: this.#stretches.map(({ from, limit }) => [round(from), limit]),
        },
        curve('all together', ({ amperes }) => sum(amperes)),
        ...this.#chargers.map(({ identity, appetite }, i) =>
          curve(`${identity}, wants ${round(appetite)} A`, ({ amperes }) => amperes[i] ?? 0),
        ),
      ],
    };
  }

  #tick(): void {
    this.look();
    this.#timer = this.#clock.setTimeout(() => this.#tick(), TICK_MS);
  }

  #now(): number {
    return (this.#clock.monotonic() - this.#began) / 1000;
  }
}

export interface Above {
  readonly seconds: number;
  readonly amperes: number;
  /** Second at which it began. */
  readonly at: number;
}

export interface StretchFigures extends Stretch {
  /** Share of what could be taken that was, once it had settled. */
  readonly used: number | undefined;
  /** The smallest part of an equal share that a vehicle got. */
  readonly least: number | undefined;
  /** Jain's index of these parts: 1 where all got alike. */
  readonly fairness: number | undefined;
  /** Seconds until every vehicle got something. */
  readonly servedAfter: number | undefined;
}

export interface Figures {
  readonly above: Above;
  readonly stretches: readonly StretchFigures[];
  readonly chart: ChartReport;
}
