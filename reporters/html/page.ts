/** The parts of the HTML report that need no script: header, facts, blocks, filter and the rows of the cases. */
import type { CaseReport, Report } from '../../src/report.ts';
import { duration, html } from '../text.ts';
import {
  type Counts,
  count,
  groupBy,
  headline,
  type Outcome,
  outcomeNames,
  outcomeOf,
  outcomes,
  plural,
  reasonOf,
} from '../view.ts';

const columnsOf = (counts: Counts): Outcome[] =>
  (Object.keys(outcomeNames) as Outcome[]).filter((outcome) => counts[outcome] > 0);

/** Shares of the outcomes as one bar. Attributes, not styles: the content security policy forbids inline styles. */
function bar(counts: Counts, label: string): string {
  const total = outcomes.reduce((sum, outcome) => sum + counts[outcome], 0);
  let x = 0;
  const parts = columnsOf(counts).map((outcome) => {
    const width = (counts[outcome] / Math.max(1, total)) * 100;
    const rect = `<rect class="${outcome}" x="${x.toFixed(3)}" y="0" width="${width.toFixed(3)}" height="1"></rect>`;
    x += width;
    return rect;
  });
  return `<svg class="bar" viewBox="0 0 100 1" preserveAspectRatio="none" role="img" aria-label="${html(label)}">${parts.join('')}</svg>`;
}

const said = (counts: Counts): string =>
  columnsOf(counts)
    .map((outcome) => `${counts[outcome]} ${outcomeNames[outcome]}`)
    .join(', ');

export function header(report: Report): string {
  const { run, sut } = report;
  const { tone, title, says } = headline(report);
  const counts = count(report.cases);
  const missing = Math.max(0, run.planned - report.cases.length);
  const fact = (name: string, value: string, wide = false) =>
    value === '' ? '' : `<div${wide ? ' class="wide"' : ''}><dt>${html(name)}</dt><dd>${html(value)}</dd></div>`;
  const legend = [
    ...columnsOf(counts).map((outcome) => `<li class="${outcome}">${counts[outcome]} ${outcomeNames[outcome]}</li>`),
    ...(missing > 0 ? [`<li class="notApplicable">${missing} not run</li>`] : []),
  ];
  const facts = [
    fact(sut.role === 'csms' ? 'CSMS under test' : 'Station under test', sut.url, true),
    ...Object.entries(sut.about ?? {}).map(([name, value]) => fact(name, value)),
    fact('OCPP', sut.ocpp.join(', ')),
    fact('Security profile', String(sut.securityProfile)),
    fact('Declared features', sut.features.join(', ')),
    fact('Command', run.command),
    fact('Started', run.startedAt.replace('T', ' ').replace(/\.\d+Z$/, ' UTC')),
    fact('Took', duration(run.durationMs)),
    fact('Seed', String(run.seed)),
    fact('Run', run.id),
    fact('Arguments', run.argv.join(' '), true),
  ];
  return [
    `<div class="top"><div class="brand">plugproof <span>${html(run.version)}</span></div><button type="button" class="tool" id="_theme" data-name="auto">Theme: auto</button></div>`,
    '<main>',
    `<header class="verdict card ${tone}"><h1>${html(title)}</h1><p class="says">${html(says)}</p>`,
    report.cases.length > 0 ? `${bar(counts, said(counts))}<ul class="legend">${legend.join('')}</ul>` : '',
    `<dl class="facts">${facts.join('')}</dl></header>`,
    run.notes.length > 0
      ? `<ul class="notes card" aria-label="Read this first">${run.notes.map((note) => `<li>${html(note)}</li>`).join('')}</ul>`
      : '',
  ].join('\n');
}

export function blocks(report: Report): string {
  if (report.cases.length === 0) return '';
  const all = count(report.cases);
  const columns = columnsOf(all);
  const cell = (block: string | undefined, outcome: Outcome, n: number) => {
    const name = block === undefined ? '' : html(block);
    const pick = `<button type="button" class="pick" data-block="${name}" data-outcome="${outcome}" aria-label="${n} ${outcomeNames[outcome]}${block === undefined ? '' : ` in ${name}`}">${n}</button>`;
    return `<td class="n ${outcome}">${n === 0 ? '<span class="zero">·</span>' : pick}</td>`;
  };
  const rows = [...groupBy(report.cases, (one) => one.block)].map(([block, cases]) => {
    const counts = count(cases);
    const pick = `<button type="button" class="pick" data-block="${html(block)}">${html(block)}</button>`;
    return `<tr><th scope="row">${pick}</th>${columns.map((outcome) => cell(block, outcome, counts[outcome])).join('')}<td class="barcell">${bar(counts, said(counts))}</td></tr>`;
  });
  return [
    '<section aria-labelledby="_blocks"><h2 id="_blocks">By functional block</h2><div class="card scroll"><table class="blocks">',
    `<thead><tr><th scope="col">Block</th>${columns.map((outcome) => `<th scope="col" class="n">${outcomeNames[outcome]}</th>`).join('')}<th class="barcell" aria-label="Share"></th></tr></thead>`,
    `<tbody>${rows.join('\n')}</tbody>`,
    `<tfoot><tr><th scope="row">${plural(report.cases.length, 'case')}</th>${columns.map((outcome) => cell(undefined, outcome, all[outcome])).join('')}<td class="barcell"></td></tr></tfoot>`,
    '</table></div></section>',
  ].join('\n');
}

export function filter(report: Report): string {
  const counts = count(report.cases);
  const chips = outcomes
    .filter((outcome) => counts[outcome] > 0)
    .map(
      (outcome) =>
        `<button type="button" class="chip ${outcome}" data-outcome="${outcome}" aria-pressed="false">${outcomeNames[outcome]} <b>${counts[outcome]}</b></button>`,
    );
  const names = [...new Set(report.cases.map((one) => one.block))];
  return [
    '<div class="filter" role="search">',
    '<input id="_query" type="search" placeholder="Filter ( / )" aria-label="Filter the cases" title="id, title, requirement, action, reason" autocomplete="off" spellcheck="false">',
    `<select id="_block" aria-label="Functional block"><option value="">All blocks</option>${names.map((name) => `<option value="${html(name)}">${html(name)}</option>`).join('')}</select>`,
    `<div class="chips" role="group" aria-label="Verdict">${chips.join('')}</div>`,
    '<button type="button" class="tool" id="_keys" aria-label="Keyboard help">?</button>',
    '</div>',
    `<div class="help card" id="_help" hidden><kbd>/</kbd> filter · <kbd>j</kbd> <kbd>k</kbd> next and previous case · <kbd>Enter</kbd> open · <kbd>1</kbd>…<kbd>${chips.length}</kbd> verdicts · <kbd>0</kbd> clear · in a diagram <kbd>↑</kbd> <kbd>↓</kbd> frames · <kbd>Esc</kbd> close</div>`,
    '<div class="status muted"><span id="_shown" aria-live="polite"></span><button type="button" class="link" id="_clear">Clear filter</button></div>',
  ].join('\n');
}

/** Rows in the order in which they need attention; `index` is the place of the case in the report. */
export function caseRows(report: Report, keys: readonly string[]): string {
  const order = report.cases
    .map((one, index) => ({ one, index, rank: outcomes.indexOf(outcomeOf(one)) }))
    .sort((a, b) => a.rank - b.rank || a.index - b.index);
  return order.map(({ one, index }) => row(one, index, keys[index] ?? one.id)).join('\n');
}

function row(one: CaseReport, index: number, key: string): string {
  const outcome = outcomeOf(one);
  const stale = outcome === 'stale' ? 'does not fail any more; the baseline says: ' : '';
  const reason = outcome === 'pass' ? '' : stale + (one.baseline?.reason ?? reasonOf(one));
  const meta = [`OCPP ${one.ocpp}`, one.durationMs > 0 ? duration(one.durationMs) : ''].filter((part) => part !== '');
  return [
    `<article class="case card ${outcome}" id="${html(key)}" data-i="${index}" data-outcome="${outcome}" data-block="${html(one.block)}">`,
    `<h3><button type="button" class="row" aria-expanded="false" aria-controls="_b${index}">`,
    `<span class="badge ${outcome}">${outcomeNames[outcome]}</span><span class="title">${html(one.title)}</span>`,
    `<span class="meta">${html(meta.join(' · '))}</span>`,
    `<span class="id mono">${html(one.id)}${one.octt ? ` · ${html(one.octt)}` : ''}</span>`,
    reason === '' ? '' : `<span class="why">${html(reason.slice(0, 300))}</span>`,
    `</button></h3><div class="body" id="_b${index}" hidden></div></article>`,
  ].join('');
}
