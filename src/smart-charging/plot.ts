/** A composite schedule as a small SVG step chart, with the profiles that make its limits. */
import type { Explanation } from './describe.ts';
import type { CompositeSchedule } from './types.ts';

const WIDTH = 800;
const HEIGHT = 300;
const LEFT = 64;
const RIGHT = 40;
const TOP = 40;
const BOTTOM = 44;
/** Room for a number above the highest step. */
const HEADROOM = 18;

/** Okabe and Ito's colours, which the colour-blind tell apart. */
const COLOURS: Readonly<Record<string, string>> = {
  ChargePointMaxProfile: '#d55e00',
  ChargingStationMaxProfile: '#d55e00',
  ChargingStationExternalConstraints: '#cc79a7',
  TxDefaultProfile: '#0072b2',
  TxProfile: '#009e73',
  PriorityCharging: '#e69f00',
  LocalGeneration: '#56b4e9',
  'station limit': '#555555',
  'sum of EVSEs': '#0072b2',
  nothing: '#999999',
};

interface Part {
  readonly from: number;
  readonly to: number;
  readonly limit: number | undefined;
  readonly ruler: string;
  readonly label: string;
}

/**
 * @param explained as `describeComposite` gives it; without it the chart tells no profiles
 * @returns a whole SVG document
 */
export function plotSvg(schedule: CompositeSchedule, explained: readonly Explanation[] = []): string {
  const parts = joined(explained.length > 0 ? explained.map(partOf) : plainParts(schedule));
  const highest = Math.max(0, ...parts.map(({ limit }) => limit ?? 0));
  const top = niceCeiling(highest);
  const bottom = HEIGHT - BOTTOM;
  const x = (seconds: number) => round(LEFT + (seconds / Math.max(1, schedule.duration)) * (WIDTH - LEFT - RIGHT));
  const y = (limit: number) => round(bottom - (Math.max(0, limit) / top) * (bottom - TOP - HEADROOM));
  const title = `Composite schedule from ${schedule.start}, ${schedule.duration} s, ${schedule.unit}`;
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${HEIGHT + legendHeight(parts)}" font-family="system-ui, sans-serif" font-size="12" role="img" aria-label="${escapeXml(title)}">`,
    `<rect width="100%" height="100%" fill="#ffffff"/>`,
    `<text x="${LEFT}" y="22" font-size="14" font-weight="600">${escapeXml(title)}</text>`,
    ...yAxis(top, schedule.unit, y),
    ...xAxis(schedule, x, bottom),
    ...parts.flatMap((part) => drawn(part, x, y, bottom)),
    `<path d="${outline(parts, x, y)}" fill="none" stroke="#111111" stroke-width="2"/>`,
    ...legend(parts),
    '</svg>',
    '',
  ].join('\n');
}

function partOf(one: Explanation): Part {
  const { ruledBy } = one;
  if (ruledBy === null)
    return { from: one.startPeriod, to: one.endPeriod, limit: undefined, ruler: 'nothing', label: 'nothing limits' };
  const [ruler, label] =
    typeof ruledBy === 'string' ? [ruledBy, ruledBy] : [ruledBy.purpose, `${ruledBy.purpose} ${ruledBy.id}`];
  return { from: one.startPeriod, to: one.endPeriod, limit: one.limit, ruler, label };
}

/** Neighbours that look the same are drawn as one. */
function joined(parts: readonly Part[]): Part[] {
  const out: Part[] = [];
  for (const part of parts) {
    const last = out.at(-1);
    const alike = last !== undefined && last.limit === part.limit && last.label === part.label;
    if (alike) out[out.length - 1] = { ...last, to: part.to };
    else out.push(part);
  }
  return out;
}

const plainParts = ({ periods, duration }: CompositeSchedule): Part[] =>
  periods.map(({ startPeriod, limit }, at) => ({
    from: startPeriod,
    to: periods[at + 1]?.startPeriod ?? duration,
    limit,
    ruler: limit === undefined ? 'nothing' : 'sum of EVSEs',
    label: limit === undefined ? 'nothing limits' : 'limit',
  }));

/** An area in the colour of what rules; a gap is hatched by its dashes up to the top. */
function drawn(
  { from, to, limit, ruler, label }: Part,
  x: (seconds: number) => number,
  y: (limit: number) => number,
  bottom: number,
): string[] {
  const colour = COLOURS[ruler] ?? COLOURS['nothing'];
  const [left, width] = [x(from), round(x(to) - x(from))];
  const tip = `<title>${escapeXml(`${from} s to ${to} s: ${limit ?? 'no limit'}, ${label}`)}</title>`;
  if (limit === undefined) {
    return [
      `<rect x="${left}" y="${TOP}" width="${width}" height="${bottom - TOP}" fill="${colour}" fill-opacity="0.12" stroke="${colour}" stroke-dasharray="4 4">${tip}</rect>`,
    ];
  }
  const text = String(limit);
  const value =
    width > text.length * 7
      ? [`<text x="${round(left + width / 2)}" y="${round(y(limit) - 5)}" text-anchor="middle">${text}</text>`]
      : [];
  return [
    `<rect x="${left}" y="${y(limit)}" width="${width}" height="${round(bottom - y(limit))}" fill="${colour}" fill-opacity="0.45">${tip}</rect>`,
    ...value,
  ];
}

/** The step line; it is broken where nothing limits. */
function outline(parts: readonly Part[], x: (seconds: number) => number, y: (limit: number) => number): string {
  let pen = false;
  return parts
    .map(({ from, to, limit }) => {
      if (limit === undefined) {
        pen = false;
        return '';
      }
      const step = `${pen ? 'L' : 'M'}${x(from)} ${y(limit)}H${x(to)}`;
      pen = true;
      return step;
    })
    .join('');
}

function yAxis(top: number, unit: string, y: (limit: number) => number): string[] {
  return [0, 0.25, 0.5, 0.75, 1].flatMap((share) => {
    const at = y(top * share);
    return [
      `<line x1="${LEFT}" x2="${WIDTH - RIGHT}" y1="${at}" y2="${at}" stroke="#dddddd"/>`,
      `<text x="${LEFT - 6}" y="${at + 4}" text-anchor="end" fill="#444444">${round(top * share)} ${unit}</text>`,
    ];
  });
}

function xAxis({ duration }: CompositeSchedule, x: (seconds: number) => number, bottom: number): string[] {
  const step = STEPS.find((seconds) => duration / seconds <= 8) ?? Math.ceil(duration / 8);
  const marks = Array.from({ length: Math.floor(duration / step) + 1 }, (_, at) => at * step);
  return marks.flatMap((seconds) => [
    `<line x1="${x(seconds)}" x2="${x(seconds)}" y1="${bottom}" y2="${bottom + 5}" stroke="#444444"/>`,
    `<text x="${x(seconds)}" y="${bottom + 20}" text-anchor="middle" fill="#444444">${passed(seconds, duration)}</text>`,
  ]);
}

/** Distances between marks, in seconds. */
const STEPS = [1, 5, 10, 30, 60, 300, 600, 1800, 3600, 7200, 10_800, 21_600, 43_200, 86_400, 172_800, 604_800];

/** Seconds in a short chart, hours and minutes in a long one. */
function passed(seconds: number, duration: number): string {
  const [days, rest] = [Math.floor(seconds / 86_400), seconds % 86_400];
  if (duration <= 600) return `${seconds} s`;
  const clock = [Math.floor(rest / 3600), Math.floor((rest % 3600) / 60)]
    .map((part) => String(part).padStart(2, '0'))
    .join(':');
  return days > 0 ? `${days} d ${clock}` : clock;
}

const rulers = (parts: readonly Part[]): Map<string, string> =>
  new Map(parts.map(({ label, ruler }) => [label, ruler]));

/** Three names fit on a line. */
const legendHeight = (parts: readonly Part[]): number => Math.ceil(rulers(parts).size / 3) * 20;

const legend = (parts: readonly Part[]): string[] =>
  [...rulers(parts)].flatMap(([label, ruler], at) => {
    const [left, row] = [LEFT + (at % 3) * 240, HEIGHT + Math.floor(at / 3) * 20];
    const colour = COLOURS[ruler] ?? COLOURS['nothing'];
    return [
      `<rect x="${left}" y="${row - 10}" width="12" height="12" fill="${colour}" fill-opacity="0.6"/>`,
      `<text x="${left + 18}" y="${row}">${escapeXml(label)}</text>`,
    ];
  });

/** The next short number whose quarters are short too. */
function niceCeiling(value: number): number {
  if (value <= 0) return 1;
  const power = 10 ** Math.floor(Math.log10(value));
  return ([1, 1.2, 1.6, 2, 2.4, 3.2, 4, 6, 8, 10].find((factor) => factor * power >= value) ?? 10) * power;
}

const round = (value: number): number => Math.round(value * 100) / 100;

const escapeXml = (text: string): string => text.replace(/[&<>"]/g, (sign) => `&#${sign.charCodeAt(0)};`);
