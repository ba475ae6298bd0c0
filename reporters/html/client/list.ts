/** Browser script, part 5: opening cases lazily, the filter, the keyboard, deep links, theme and print. */
export const list = String.raw`
const data = JSON.parse(byId('_data').textContent);
const articles = [...document.querySelectorAll('article.case')];
const views = new Map();
const indexOfKey = new Map(data.view.map((info, i) => [info.key, i]));
const articleOf = new Map(articles.map((article) => [Number(article.dataset.i), article]));

const remember = (hash) => {
  try { history.replaceState(null, '', '#' + encodeURI(hash)); } catch { /* a sandboxed frame has no history */ }
};
const toggle = (article, open) => {
  const i = Number(article.dataset.i);
  const button = article.querySelector('.row');
  const body = article.querySelector('.body');
  button.setAttribute('aria-expanded', String(open));
  article.classList.toggle('open', open);
  body.hidden = !open;
  if (!open) return undefined;
  if (!views.has(i)) views.set(i, renderCase(data.cases[i], data.view[i], body, data.sides));
  else views.get(i).redraw();
  return views.get(i);
};
for (const article of articles) {
  article.querySelector('.row').addEventListener('click', () => {
    const open = !article.classList.contains('open');
    toggle(article, open);
    if (open) remember(data.view[Number(article.dataset.i)].key);
  });
}

/* Filter. */
const query = byId('_query');
const blockSelect = byId('_block');
const chips = [...document.querySelectorAll('.chip')];
const shown = byId('_shown');
const haystack = (i) => {
  const one = data.cases[i];
  const words = [one.id, one.title, one.octt, one.block, one.ocpp, one.identity, one.reason, data.view[i].outcome];
  for (const check of one.checks) words.push(check.ref, check.says);
  for (const invariant of one.invariants) words.push(invariant.id, invariant.ref, invariant.message);
  for (const entry of one.trace) if (entry.action) words.push(entry.action);
  return words.filter(Boolean).join('\n').toLowerCase();
};
const haystacks = [];
const state = { outcomes: new Set(), block: '' };
const apply = () => {
  const words = query.value.toLowerCase().split(/\s+/).filter(Boolean);
  let n = 0;
  for (const article of articles) {
    const i = Number(article.dataset.i);
    const fits =
      (state.outcomes.size === 0 || state.outcomes.has(article.dataset.outcome)) &&
      (state.block === '' || article.dataset.block === state.block) &&
      words.every((word) => (haystacks[i] = haystacks[i] || haystack(i)).includes(word));
    article.hidden = !fits;
    if (fits) n++;
  }
  for (const chip of chips) chip.setAttribute('aria-pressed', String(state.outcomes.has(chip.dataset.outcome)));
  blockSelect.value = state.block;
  shown.textContent = n === articles.length ? n + (n === 1 ? ' case' : ' cases') : n + ' of ' + articles.length + ' cases';
  byId('_none').hidden = n > 0;
  byId('_clear').hidden = n === articles.length;
};
const clearFilter = () => {
  query.value = '';
  state.outcomes.clear();
  state.block = '';
  apply();
};
let pending = 0;
query.addEventListener('input', () => {
  cancelAnimationFrame(pending);
  pending = requestAnimationFrame(apply);
});
const flip = (outcome) => {
  if (!state.outcomes.delete(outcome)) state.outcomes.add(outcome);
  apply();
};
for (const chip of chips) chip.addEventListener('click', () => flip(chip.dataset.outcome));
blockSelect.addEventListener('change', () => {
  state.block = blockSelect.value;
  apply();
});
for (const button of document.querySelectorAll('button.pick')) {
  button.addEventListener('click', () => {
    query.value = '';
    state.block = button.dataset.block;
    state.outcomes = new Set(button.dataset.outcome ? [button.dataset.outcome] : []);
    apply();
    byId('_cases').scrollIntoView({ block: 'start' });
  });
}
byId('_clear').addEventListener('click', clearFilter);

/* Deep links: #case-id, and #case-id:12 for a frame of it. */
const follow = () => {
  let hash = '';
  try { hash = decodeURIComponent(location.hash.slice(1)); } catch { return; }
  if (hash === '') return;
  const parts = /^(.*):(\d+)$/.exec(hash);
  const key = indexOfKey.has(hash) || !parts ? hash : parts[1];
  let i = indexOfKey.get(key);
  if (i === undefined) i = data.cases.findIndex((one) => one.id === key);
  const article = articleOf.get(i);
  if (!article) return;
  if (article.hidden) clearFilter();
  const view = toggle(article, true);
  if (parts && key === parts[1]) view.select(Number(parts[2]), false);
  article.scrollIntoView({ block: 'start' });
  article.querySelector('.row').focus({ preventScroll: true });
};
window.addEventListener('hashchange', follow);

/* Keyboard. */
const help = byId('_help');
const move = (step) => {
  const rows = articles.filter((article) => !article.hidden);
  const now = rows.findIndex((article) => article.contains(document.activeElement));
  const next = rows[now < 0 ? (step > 0 ? 0 : rows.length - 1) : Math.min(rows.length - 1, Math.max(0, now + step))];
  if (!next) return;
  next.querySelector('.row').focus({ preventScroll: true });
  next.scrollIntoView({ block: 'nearest' });
};
const KEYS = {
  '/': () => { query.focus(); query.select(); },
  j: () => move(1),
  k: () => move(-1),
  '?': () => { help.hidden = !help.hidden; },
  '0': clearFilter,
  Escape: () => { help.hidden = true; for (const view of views.values()) if (view.chosen !== null) view.close(); },
};
chips.forEach((chip, i) => { KEYS[String(i + 1)] = () => flip(chip.dataset.outcome); });
document.addEventListener('keydown', (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  const typing = /^(INPUT|SELECT|TEXTAREA)$/.test(event.target.tagName);
  if (typing) {
    if (event.key === 'Escape') { if (event.target === query) { query.value = ''; apply(); } event.target.blur(); }
    if (event.key === 'Enter' && event.target === query) { event.target.blur(); move(1); }
    return;
  }
  const act = KEYS[event.key];
  if (!act) return;
  event.preventDefault();
  act();
});
byId('_keys').addEventListener('click', KEYS['?']);

/* Theme: as the system says until somebody chooses. */
const THEMES = ['auto', 'light', 'dark'];
const theme = byId('_theme');
const setTheme = (name) => {
  if (name === 'auto') delete document.documentElement.dataset.theme;
  else document.documentElement.dataset.theme = name;
  theme.textContent = 'Theme: ' + name;
  theme.dataset.name = name;
};
theme.addEventListener('click', () => {
  const next = THEMES[(THEMES.indexOf(theme.dataset.name) + 1) % THEMES.length];
  setTheme(next);
  try { localStorage.setItem('plugproof-theme', next); } catch { /* no storage in a sandbox */ }
});
let stored = null;
try { stored = localStorage.getItem('plugproof-theme'); } catch { /* no storage in a sandbox */ }
setTheme(THEMES.includes(stored) ? stored : 'auto');

/* Printing without what failed would be of little use. */
const MOST_PRINTED = 60;
window.addEventListener('beforeprint', () => {
  const red = articles.filter((article) => !article.hidden && /^(fail|stale|error|inconclusive)$/.test(article.dataset.outcome));
  for (const article of red.slice(0, MOST_PRINTED)) toggle(article, true);
});
/* The bar sticks to the top: what is scrolled to stands below it. */
const measure = () => {
  const bar = document.querySelector('.filter');
  document.documentElement.style.setProperty('--bar', (getComputedStyle(bar).position === 'sticky' ? bar.offsetHeight : 0) + 'px');
};
let resizing = 0;
window.addEventListener('resize', () => {
  cancelAnimationFrame(resizing);
  resizing = requestAnimationFrame(() => {
    measure();
    for (const article of articles) if (article.classList.contains('open') && !article.hidden) views.get(Number(article.dataset.i)).redraw();
  });
});

document.documentElement.classList.add('js');
apply();
measure();
if (location.hash) follow();
else {
  const red = articles.filter((article) => /^(fail|stale|error|inconclusive)$/.test(article.dataset.outcome));
  if (red.length === 1) toggle(red[0], true);
}
`;
