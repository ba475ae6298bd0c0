/** Browser script: curves that a case shows over time, as one drawing each. */
export const curves = String.raw`
const CURVE = { width: 820, height: 280, left: 58, right: 18, top: 14, bottom: 34 };
const nice = (value) => {
  const power = 10 ** Math.floor(Math.log10(Math.max(value, 1e-9)));
  return [1, 2, 2.5, 5, 10].map((step) => step * power).find((step) => step >= value) || value;
};
const ticksOf = (highest, count) => {
  const step = nice(Math.max(highest, 1e-9) / count);
  return Array.from({ length: Math.ceil(highest / step - 1e-9) + 1 }, (_, i) => i * step);
};
const shortNumber = (value) => String(Math.round(value * 1000) / 1000);

const stepsPath = (points, x, y, end) => {
  let d = '';
  points.forEach(([second, value], i) => {
    if (value === null || second > end) return;
    const until = i + 1 < points.length ? Math.min(end, points[i + 1][0]) : end;
    const before = i > 0 ? points[i - 1][1] : null;
    d += (before === null ? 'M' : 'L') + x(second) + ' ' + y(value) + 'H' + x(until);
  });
  return d;
};

const drawCurves = (chart) => {
  const { width, height, left, right, top, bottom } = CURVE;
  const values = chart.curves.flatMap((curve) => curve.points.map((point) => point[1])).filter((value) => value !== null);
  const rows = ticksOf(Math.max(0, ...values), 5);
  const highest = rows[rows.length - 1] || 1;
  const end = Math.max(1, chart.durationS);
  const place = (value) => Math.round(value * 10) / 10;
  const x = (second) => place(left + (Math.min(second, end) / end) * (width - left - right));
  const y = (value) => place(height - bottom - (value / highest) * (height - top - bottom));
  const grid = rows.flatMap((value) => [
    s('line', { class: 'grid', x1: left, x2: width - right, y1: y(value), y2: y(value) }),
    s('text', { class: 'tick', x: left - 8, y: y(value) + 4, 'text-anchor': 'end' }, shortNumber(value)),
  ]);
  const columns = ticksOf(end, 8).filter((second) => second <= end).flatMap((second) => [
    s('line', { class: 'grid', x1: x(second), x2: x(second), y1: top, y2: height - bottom }),
    s('text', { class: 'tick', x: x(second), y: height - bottom + 18, 'text-anchor': 'middle' }, shortNumber(second) + ' s'),
  ]);
  const lines = chart.curves.map((curve, i) => {
    const name = 'curve c' + (i % 8) + (curve.kind === 'points' ? ' dots' : '');
    const drawn = curve.kind === 'steps'
      ? [s('path', { d: stepsPath(curve.points, x, y, end) })]
      : curve.points.filter((point) => point[1] !== null && point[0] >= 0 && point[0] <= end)
          .map((point) => s('circle', { cx: x(point[0]), cy: y(point[1]), r: 3 }));
    return s('g', { class: name }, s('title', {}, clean(curve.name)), drawn);
  });
  const key = h('ul', { class: 'curve-key' }, chart.curves.map((curve, i) =>
    h('li', {}, s('svg', { class: 'curve c' + (i % 8) + (curve.kind === 'points' ? ' dots' : ''), width: 22, height: 12, 'aria-hidden': 'true' },
      curve.kind === 'steps' ? s('path', { d: 'M1 6H21' }) : s('circle', { cx: 11, cy: 6, r: 3 })), show(curve.name))));
  const label = clean(chart.title) + ', ' + clean(chart.unit) + ', from ' + clean(chart.start);
  return h('figure', { class: 'curves' },
    h('figcaption', {}, show(chart.title), h('span', { class: 'muted' }, ' \u00b7 ' + clean(chart.unit) + ' \u00b7 from ' + clean(chart.start))),
    s('svg', { viewBox: '0 0 ' + width + ' ' + height, role: 'img', 'aria-label': label }, grid, columns, lines),
    key);
};
`;
