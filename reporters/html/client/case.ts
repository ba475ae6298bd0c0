/** Browser script, part 4: what opens under a case: reason, checks, invariants, diagram, frame panel, replay. */
export const caseBody = String.raw`
const WORDS = { notApplicable: 'n/a' };
const badge = (verdict) => h('span', { class: 'badge ' + verdict }, WORDS[verdict] || verdict);
const frameLink = (one, n, view) =>
  n === undefined || !one.trace.some((entry) => entry.n === n)
    ? null
    : h('button', { type: 'button', class: 'link', onclick: () => view.select(n, true) }, 'frame ' + n);

/* Requirement ids and field names may break at their points. */
const breakable = (text) => text.split(/(?<=[./-])/).flatMap((part) => [show(part), h('wbr', {})]);
const detail = (name, value) => (value === undefined ? null : [h('dt', {}, name), h('dd', {}, show(value))]);

const checksTable = (one, view) => {
  if (one.checks.length === 0) return null;
  return h('div', { class: 'scroll' }, h('table', { class: 'checks' },
    h('caption', {}, 'Checks'),
    h('thead', {}, h('tr', {}, ['Verdict', 'Requirement', 'Level', 'Says'].map((name) => h('th', { scope: 'col' }, name)))),
    h('tbody', {}, one.checks.map((check) => {
      const more = [detail('expected', check.expected), detail('actual', check.actual), detail('message', check.message)].filter(Boolean);
      const link = check.verdict === 'pass' ? null : frameLink(one, check.frame, view);
      return h('tr', { class: check.verdict },
        h('td', {}, badge(check.verdict)),
        h('td', { class: 'ref' }, breakable(check.ref)),
        h('td', { class: 'level' }, check.level),
        h('td', { class: 'says' }, show(check.says), link && [' ', link],
          check.verdict !== 'pass' && more.length > 0 && h('dl', { class: 'versus' }, more.flat())));
    }))));
};

const BLAME = { sut: 'the SUT', harness: 'plugproof' };
const invariantsTable = (one, view) => {
  const broken = one.invariants.filter((invariant) => invariant.verdict !== 'pass' && invariant.verdict !== 'notApplicable');
  if (broken.length === 0)
    return one.invariants.length > 0 && h('p', { class: 'muted' }, one.invariants.length + ' invariants hold on every frame.');
  return h('div', { class: 'scroll' }, h('table', { class: 'checks' },
    h('caption', {}, 'Invariants broken'),
    h('thead', {}, h('tr', {}, ['Verdict', 'Invariant', 'Blame', 'What is wrong'].map((name) => h('th', { scope: 'col' }, name)))),
    h('tbody', {}, broken.map((invariant) => {
      const link = frameLink(one, invariant.frame, view);
      return h('tr', { class: invariant.verdict },
        h('td', {}, badge(invariant.verdict)),
        h('td', { class: 'ref' }, show(invariant.id)),
        h('td', { class: 'blame' }, BLAME[invariant.blame]),
        h('td', { class: 'says' }, show(invariant.message), link && [' ', link],
          invariant.path !== undefined && h('dl', { class: 'versus' }, detail('field', invariant.path || 'the whole payload'))));
    }))));
};

const framePanel = (one, entry, marks, close) => {
  const asked = entry.answers && one.trace.find((other) => other.n === entry.answers);
  const facts = [
    'from ' + (entry.origin === 'sut' ? 'the SUT' : 'plugproof'),
    'at ' + entry.at.toFixed(1) + ' ms',
    asked && 'answers frame ' + asked.n + ' after ' + millis(entry.at - asked.at),
    entry.connection && 'connection ' + entry.connection,
    new TextEncoder().encode(entry.text).length.toLocaleString('en') + ' bytes',
    entry.deliberate && 'wrong on purpose',
  ].filter(Boolean);
  const pretty = prettyFrame(entry.text, marks);
  const raw = h('pre', { class: 'frame raw', tabindex: '0', hidden: true }, show(entry.text));
  const toggle = h('button', { type: 'button', class: 'copy', 'aria-pressed': 'false', onclick: () => {
    raw.hidden = !raw.hidden;
    pretty.hidden = !raw.hidden;
    toggle.setAttribute('aria-pressed', String(!raw.hidden));
  } }, 'Raw');
  return [
    h('div', { class: 'panel-head' },
      h('div', {},
        h('strong', {}, 'Frame ' + entry.n + ' '),
        h('span', { class: 'kind' + (/error|malformed/.test(entry.kind) ? ' wrong' : '') }, NAMES[entry.kind] || entry.kind),
        entry.action ? [' ', h('span', { class: 'action' }, show(entry.action))] : null),
      h('button', { type: 'button', class: 'close', 'aria-label': 'Close the frame', onclick: close }, '\u00d7')),
    h('p', { class: 'muted facts-line' }, facts.join(' \u00b7 ')),
    marks.length > 0 && h('ul', { class: 'marks' }, marks.map((mark) =>
      h('li', {}, badge(mark.verdict), ' ', h('b', {}, show(mark.ref)), ' ', show(mark.text)))),
    pretty,
    raw,
    h('div', { class: 'tools' }, copyButton(entry.text, 'Copy frame'), toggle),
  ];
};

/* Builds the inside of a case; returns a handle by which frames are chosen. */
const renderCase = (one, info, body, sides) => {
  const marks = new Map();
  for (const mark of info.marks) marks.set(mark.n, [...(marks.get(mark.n) || []), mark]);
  const panel = h('aside', { class: 'panel', 'aria-label': 'Frame', hidden: true });
  const stage = h('div', { class: 'stage' });
  const pair = h('div', { class: 'pair' }, stage, panel);
  const view = { chosen: null, marks };
  const paint = () => {
    for (const group of stage.querySelectorAll('.msg')) {
      const on = Number(group.dataset.n) === view.chosen;
      group.classList.toggle('chosen', on);
      group.setAttribute('aria-pressed', String(on));
      group.setAttribute('tabindex', on || (view.chosen === null && group === stage.querySelector('.msg')) ? '0' : '-1');
    }
    const entry = one.trace.find((other) => other.n === view.chosen);
    const call = entry && (entry.answers || (entry.kind === 'call' ? entry.n : 0));
    for (const bar of stage.querySelectorAll('.busy')) bar.classList.toggle('chosen', Number(bar.dataset.call) === call);
  };
  const close = () => {
    view.chosen = null;
    panel.hidden = true;
    pair.classList.remove('with-panel');
    redraw();
  };
  let drawnWidth = 0;
  const redraw = (force) => {
    const width = Math.floor(Math.min(860, Math.max(300, stage.clientWidth)));
    if (width !== drawnWidth || force) {
      drawnWidth = width;
      stage.replaceChildren(drawDiagram(one, marks, sides, width, view.select));
    }
    paint();
  };
  view.select = (n, byHand) => {
    const entry = one.trace.find((other) => other.n === n);
    if (!entry || !isFrame(entry)) return;
    view.chosen = n;
    panel.replaceChildren(...framePanel(one, entry, marks.get(n) || [], close).filter(Boolean));
    panel.hidden = false;
    pair.classList.add('with-panel');
    redraw();
    const field = panel.querySelector('mark.field');
    const box = field && field.closest('pre');
    if (box) box.scrollTop += field.getBoundingClientRect().top - box.getBoundingClientRect().top - box.clientHeight / 3;
    const group = stage.querySelector('.msg.chosen');
    if (byHand && group) {
      group.focus({ preventScroll: true });
      if (matchMedia('(max-width: 900px)').matches) scrollBy({ top: group.getBoundingClientRect().top - 90 });
      else group.scrollIntoView({ block: 'nearest' });
      remember(info.key + ':' + n);
    }
  };
  stage.addEventListener('keydown', (event) => {
    const frames = one.trace.filter(isFrame).map((entry) => entry.n);
    const i = frames.indexOf(view.chosen);
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step) view.select(frames[Math.min(frames.length - 1, Math.max(0, i + step))], true);
    else if (event.key === 'Enter' || event.key === ' ') view.select(Number(document.activeElement.dataset.n), true);
    else if (event.key === 'Escape') close();
    else return;
    event.preventDefault();
    event.stopPropagation();
  });
  view.redraw = redraw;
  view.close = close;
  body.replaceChildren(...[
    one.reason && h('p', { class: 'reason ' + info.outcome }, show(one.reason)),
    one.baseline && h('p', { class: 'reason known' },
      one.baseline.status === 'stale' ? 'Listed as known to fail, and does not fail any more; strike it from the baseline: ' : 'Known to fail: ',
      show(one.baseline.reason), ' (', show(one.baseline.at), ')'),
    checksTable(one, view),
    invariantsTable(one, view),
    one.charts && one.charts.length > 0 && h('h4', {}, 'Over time'),
    one.charts && h('div', { class: 'curve-list' }, one.charts.map(drawCurves)),
    one.trace.length > 0 ? h('h4', {}, 'What went over the wire') : h('p', { class: 'muted' }, 'Nothing went over the wire.'),
    one.trace.length > 0 && pair,
    h('h4', {}, 'Run this case alone'),
    h('div', { class: 'replay' }, h('code', {}, show(one.replay)), copyButton(one.replay, 'Copy')),
  ].filter(Boolean));
  if (one.trace.length > 0) redraw();
  const first = info.marks.find((mark) => one.trace.some((entry) => entry.n === mark.n && isFrame(entry)));
  if (first && !matchMedia('(max-width: 900px)').matches) view.select(first.n, false);
  return view;
};
`;
