/** Browser script, part 3: the message sequence diagram of one case, as SVG. */
export const diagram = String.raw`
const FRAMES = new Set(['call', 'callresult', 'callerror', 'callresulterror', 'send', 'malformed']);
const isFrame = (entry) => FRAMES.has(entry.kind);
const NAMES = { call: 'CALL', callresult: 'CALLRESULT', callerror: 'CALLERROR', callresulterror: 'CALLRESULTERROR', send: 'SEND', malformed: 'Malformed' };
const ROW = 40;
const LINE = 15;
const MOST_LINES = 5;
/* A pause that is worth seeing, in milliseconds. */
const PAUSE = 500;

const wrapWords = (text, max) => {
  const lines = [];
  let line = '';
  for (const word of clean(text).split(' ')) {
    let rest = word;
    while (rest.length > max) {
      if (line) { lines.push(line); line = ''; }
      lines.push(rest.slice(0, max));
      rest = rest.slice(max);
    }
    if ((line + ' ' + rest).trim().length > max) { lines.push(line); line = rest; }
    else line = (line + ' ' + rest).trim();
  }
  if (line) lines.push(line);
  return lines.length > MOST_LINES ? [...lines.slice(0, MOST_LINES - 1), clip(lines[MOST_LINES - 1] + '\u2026', max - 1)] : lines;
};

/* What an answer says in one word: its status, or its error code. */
const gist = (entry) => {
  if (entry.kind !== 'callresult' && entry.kind !== 'callerror' && entry.kind !== 'callresulterror') return '';
  if (entry.text.length > 20000) return '';
  try {
    const frame = JSON.parse(entry.text);
    const said = entry.kind === 'callresult' ? frame[2] && frame[2].status : frame[2];
    return typeof said === 'string' ? clean(said) : '';
  } catch {
    return '';
  }
};

const labelOf = (entry) => {
  if (entry.kind === 'malformed') return clean(entry.text) || 'empty frame';
  return clean(entry.action || NAMES[entry.kind]);
};

const classOf = (entry) =>
  ['msg', entry.kind, entry.deliberate && 'deliberate', (entry.kind === 'malformed' || entry.kind === 'callerror' || entry.kind === 'callresulterror') && 'wrong']
    .filter(Boolean)
    .join(' ');

/* First pass: where each entry stands. */
const layOut = (trace, width) => {
  const narrow = width < 480;
  const left = narrow ? 74 : 110;
  const right = width - (narrow ? 30 : 48);
  const chars = Math.floor((right - left - 24) / 7.2);
  const rows = [];
  let y = 64;
  let before = null;
  for (const entry of trace) {
    const pause = before !== null && entry.at - before >= PAUSE ? entry.at - before : 0;
    if (pause) y += 24;
    before = entry.at;
    const lines = isFrame(entry) ? [] : wrapWords(entry.text, Math.max(16, Math.floor(chars * 1.12) - (entry.kind === 'operator' ? 4 : 0)));
    const height = isFrame(entry) ? ROW : lines.length * LINE + 22;
    rows.push({ entry, lines, pause, top: y, y: isFrame(entry) ? y + 27 : y + height / 2, height });
    y += height;
  }
  return { rows, left, right, chars, width, height: y + 18 };
};

/* One diagram. marks: findings by n; select(n) opens the frame. */
const drawDiagram = (one, marks, sides, width, select) => {
  const plan = layOut(one.trace, width);
  const { left, right } = plan;
  const at = new Map(plan.rows.map((row) => [row.entry.n, row]));
  const answered = new Set(one.trace.map((entry) => entry.answers).filter(Boolean));
  const several = new Set(one.trace.map((entry) => entry.connection).filter(Boolean)).size > 1;
  const svg = s('svg', { class: 'diagram', width, height: plan.height, viewBox: '0 0 ' + width + ' ' + plan.height, role: 'group', 'aria-label': 'Message sequence' });
  const side = (origin) => (origin === 'sut' ? right : left);

  for (const [x, name, role, anchor] of [[left, 'plugproof', sides.us, 'us'], [right, 'SUT', sides.sut, 'sut']]) {
    const wide = 116;
    const boxX = Math.min(Math.max(2, x - wide / 2), width - wide - 2);
    svg.append(
      s('line', { class: 'life', x1: x, x2: x, y1: 46, y2: plan.height - 6 }),
      s('g', { class: 'head ' + anchor },
        s('rect', { x: boxX, y: 4, width: wide, height: 40, rx: 9 }),
        s('text', { x: boxX + wide / 2, y: 21, 'text-anchor': 'middle', class: 'who' }, name),
        s('text', { x: boxX + wide / 2, y: 36, 'text-anchor': 'middle', class: 'role' }, role)));
  }
  /* An answer is tied to its CALL by a bar on the lifeline of the one that was asked. */
  for (const row of plan.rows) {
    const call = row.entry.answers && at.get(row.entry.answers);
    if (!call) continue;
    const x = side(row.entry.origin);
    svg.append(s('rect', { class: 'busy', 'data-call': call.entry.n, x: x - 4, y: call.y, width: 8, height: Math.max(2, row.y - call.y), rx: 3 }));
  }
  for (const row of plan.rows) {
    if (row.pause) {
      svg.append(
        s('line', { class: 'pause', x1: left, x2: right, y1: row.top - 12, y2: row.top - 12 }),
        s('text', { class: 'pause-text', x: (left + right) / 2, y: row.top - 8, 'text-anchor': 'middle' }, millis(row.pause) + ' later'));
    }
    svg.append(isFrame(row.entry) ? drawFrame(row, plan, marks.get(row.entry.n) || [], answered, several, select) : drawEvent(row, plan, several));
  }
  return svg;
};

const timeText = (row, x, y) => s('text', { class: 'time', x, y, 'text-anchor': 'end' }, row.entry.at.toFixed(1));

const drawFrame = (row, plan, marks, answered, several, select) => {
  const { entry, y } = row;
  const fromSut = entry.origin === 'sut';
  const [x1, x2] = fromSut ? [plan.right - 5, plan.left + 5] : [plan.left + 5, plan.right - 5];
  const tip = fromSut ? 1 : -1;
  const answer = gist(entry);
  const lost = entry.kind === 'call' && !answered.has(entry.n);
  const extra = [answer, lost && 'no answer', entry.deliberate && 'wrong on purpose'].filter(Boolean).join(' \u00b7 ');
  const label = clip(labelOf(entry), Math.max(10, plan.chars - (extra ? Math.min(extra.length, 20) + 3 : 0)));
  const room = Math.max(0, plan.chars - label.length - 3);
  const tail = extra && room > 3 ? clip(extra, room) : '';
  const path = entry.kind === 'malformed' ? zigzag(x1, x2, y) : 'M' + x1 + ' ' + y + 'H' + (x2 + tip * 6);
  const about = NAMES[entry.kind] + ' ' + label + ' from ' + (fromSut ? 'the SUT' : 'plugproof') + ' at ' + entry.at.toFixed(1) + ' ms' + (extra ? ', ' + extra : '') + (marks.length ? ', at fault' : '');
  const group = s('g', {
    class: classOf(entry) + (marks.length ? ' faulty' : ''),
    tabindex: '-1', role: 'button', 'data-n': entry.n, 'aria-label': about,
    onclick: () => select(entry.n, true),
  },
    s('title', {}, about),
    s('rect', { class: 'hit', x: 0, y: row.top, width: plan.width, height: row.height, rx: 6 }),
    timeText(row, plan.left - 14, y + 4),
    several && s('text', { class: 'conn', x: 4, y: y + 4 }, '#' + entry.connection),
    s('path', { class: 'wire', d: path }),
    s('path', { class: 'tip', d: 'M' + x2 + ' ' + y + 'l' + tip * 9 + ' -4.5v9z' }),
    s('text', { class: 'label', x: (plan.left + plan.right) / 2, y: y - 8, 'text-anchor': 'middle' },
      label, tail && s('tspan', { dx: 9, class: lost || entry.kind !== 'callresult' ? 'tail bad' : 'tail' }, tail)));
  if (marks.length) {
    const x = x1 + (fromSut ? -16 : 16);
    group.append(
      s('circle', { class: 'dot ' + marks[0].verdict, cx: x, cy: y, r: 8 }),
      s('text', { class: 'bang', x, y: y + 4, 'text-anchor': 'middle' }, '!'));
  }
  return group;
};

const zigzag = (x1, x2, y) => {
  const dir = Math.sign(x2 - x1);
  let d = 'M' + x1 + ' ' + y;
  let x = x1;
  for (let i = 0; Math.abs(x2 - x) > 14; i++) {
    x += dir * 6;
    d += 'L' + x + ' ' + (y + (i % 2 ? 3 : -3));
  }
  return d + 'L' + (x2 - dir * 6) + ' ' + y;
};

const GLYPH = { open: '\u25cf', close: '\u25cb', refused: '\u2715', note: '', operator: '' };
const drawEvent = (row, plan, several) => {
  const { entry, lines } = row;
  const group = s('g', { class: 'event ' + entry.kind + ' ' + entry.origin }, s('title', {}, clean(entry.text)));
  const operator = entry.kind === 'operator';
  const longest = Math.max(...lines.map((line) => line.length), 4);
  const wide = Math.min(plan.right - plan.left - 12, longest * 6.6 + 32);
  const middle = (plan.left + plan.right) / 2;
  /* What an operator does, he does at the SUT: the note hangs on its lifeline. */
  const x = operator ? plan.right - wide + 8 : middle - wide / 2;
  const boxY = row.top + 4;
  const boxH = row.height - 9;
  group.append(timeText(row, plan.left - 14, row.y + 4));
  if (several && entry.connection) group.append(s('text', { class: 'conn', x: 4, y: row.y + 4 }, '#' + entry.connection));
  if (entry.kind === 'open' || entry.kind === 'close' || entry.kind === 'refused')
    group.append(s('line', { class: 'rule', x1: plan.left, x2: plan.right, y1: row.y, y2: row.y }));
  group.append(operator
    ? s('path', { class: 'box', d: 'M' + x + ' ' + boxY + 'h' + (wide - 9) + 'l9 9v' + (boxH - 9) + 'h-' + wide + 'z' })
    : s('rect', { class: 'box', x, y: boxY, width: wide, height: boxH, rx: boxH > 24 ? 8 : boxH / 2 }));
  lines.forEach((line, i) => {
    const glyph = i === 0 && GLYPH[entry.kind] ? s('tspan', { class: 'glyph' }, GLYPH[entry.kind] + ' ') : '';
    group.append(s('text', { x: x + wide / 2, y: boxY + boxH / 2 + 4 + (i - (lines.length - 1) / 2) * LINE, 'text-anchor': 'middle' }, glyph, line));
  });
  return group;
};
`;
