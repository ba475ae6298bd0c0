/** Browser script of a load run: draws its charts, in the colours of the theme, with one cursor for all of them. */
export const charts = `
const data = JSON.parse(document.getElementById('_load-data').textContent);
const root = document.getElementById('_charts');
const HUES = { light: ['#2563c9', '#c2410c', '#0f766e', '#7c3aed', '#b91c1c', '#4d7c0f'], dark: ['#7fb0ff', '#ff9f6b', '#5fd4c4', '#c4a5ff', '#ff8a8a', '#b5d96b'] };
const asked = window.matchMedia('(prefers-color-scheme: dark)');
const isDark = () => {
  const theme = document.documentElement.dataset.theme;
  return theme === undefined ? asked.matches : theme === 'dark';
};
const css = (name) => getComputedStyle(document.documentElement).getPropertyValue(name).trim();
const clock = (seconds) => {
  const whole = Math.round(seconds);
  const two = (n) => String(n).padStart(2, '0');
  return whole < 3600 ? Math.floor(whole / 60) + ':' + two(whole % 60) : Math.floor(whole / 3600) + ':' + two(Math.floor(whole / 60) % 60) + ':' + two(whole % 60);
};
const brief = (value) => (value === null || value === undefined ? '–' : Number(value.toPrecision(4)).toLocaleString('en'));
let plots = [];

const draw = () => {
  for (const plot of plots) plot.destroy();
  root.replaceChildren();
  const hues = HUES[isDark() ? 'dark' : 'light'];
  /* All of them stand before one is measured: alone it would be as wide as all. */
  const figures = data.map((chart) => {
    const figure = document.createElement('figure');
    const caption = document.createElement('figcaption');
    caption.textContent = chart.title + ', ' + chart.unit;
    figure.append(caption);
    root.append(figure);
    return figure;
  });
  plots = data.map((chart, at) => {
    const figure = figures[at];
    const axis = { stroke: css('--soft'), grid: { stroke: css('--line'), width: 1 }, ticks: { stroke: css('--line'), width: 1 }, font: '11px system-ui, sans-serif' };
    const levels = chart.levels.map((level) => chart.columns[0].map(() => level));
    const options = {
      width: Math.max(280, figure.clientWidth - 4),
      height: 210,
      scales: { x: { time: false }, y: { range: (plot, min, max) => [0, max > 0 ? max * 1.08 : 1] } },
      cursor: { sync: { key: 'load' }, points: { size: 6 } },
      axes: [{ ...axis, values: (plot, ticks) => ticks.map(clock) }, { ...axis, size: 58, values: (plot, ticks) => ticks.map(brief) }],
      series: [
        { label: 'at', value: (plot, value) => (value === null || value === undefined ? '–' : clock(value)) },
        ...chart.labels.map((label, i) => ({ label, stroke: hues[i % hues.length], width: 1.6, spanGaps: false, points: { show: chart.columns[0].length < 40, size: 4 }, value: (plot, value) => brief(value) })),
        ...chart.levels.map(() => ({ label: 'threshold', stroke: css('--fail'), width: 1, dash: [6, 5], points: { show: false }, value: (plot, value) => brief(value) })),
      ],
    };
    return new uPlot(options, [...chart.columns, ...levels], figure);
  });
};

draw();
let width = root.clientWidth;
window.addEventListener('resize', () => {
  if (root.clientWidth === width) return;
  width = root.clientWidth;
  draw();
});
asked.addEventListener('change', draw);
new MutationObserver(draw).observe(document.documentElement, { attributes: true, attributeFilter: ['data-theme'] });
`;
