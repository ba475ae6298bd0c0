/** One offline HTML file: every case with its checks, invariants, message sequence diagram and raw frames. */
import { createHash } from 'node:crypto';
import type { CaseReport, Report } from '../../src/report.ts';
import { pointerOfRef } from '../frame.ts';
import type { Reporter } from '../reporter.ts';
import { html } from '../text.ts';
import { findingsOf, headline, keysOf, outcomeOf } from '../view.ts';
import { chartScript, chartStyle, chartsOf, hasCharts } from './charts.ts';
import { caseBody } from './client/case.ts';
import { curves } from './client/curves.ts';
import { diagram } from './client/diagram.ts';
import { dom } from './client/dom.ts';
import { json } from './client/json.ts';
import { list } from './client/list.ts';
import { gradeSection, loadSection } from './extras.ts';
import { blocks, caseRows, filter, header } from './page.ts';
import { style } from './style.ts';

/** The whole browser script; one scope, strict. */
export const script = `(() => {\n'use strict';\n${[dom, json, diagram, curves, caseBody, list].join('\n')}})();\n`;

/** A finding on a frame, as the diagram and the frame panel show it. */
interface Mark {
  readonly n: number;
  readonly verdict: string;
  readonly ref: string;
  readonly text: string;
  /** From the root of the frame: the payload of a CALL is `/3`. */
  readonly pointer?: string;
}

const payload: Readonly<Record<string, string>> = {
  call: '/3',
  send: '/3',
  callresult: '/2',
  callerror: '/4',
  callresulterror: '/4',
};

function marksOf(one: CaseReport): Mark[] {
  return findingsOf(one).flatMap((finding): Mark[] => {
    const entry = one.trace.find((other) => other.n === finding.frame);
    if (entry === undefined) return [];
    const path = finding.path ?? (finding.ref === undefined ? undefined : pointerOfRef(entry, finding.ref));
    const root = payload[entry.kind];
    return [
      {
        n: entry.n,
        verdict: finding.verdict,
        ref: finding.ref ?? finding.id,
        text: finding.message ?? finding.says,
        ...(path !== undefined && root !== undefined && { pointer: root + path }),
      },
    ];
  });
}

/** What the script reads. `<` is escaped, so that no text of the SUT can end the element it stands in. */
function embedded(report: Report, keys: readonly string[]): string {
  const station = 'Charging Station';
  const data = {
    sides: report.sut.role === 'csms' ? { us: station, sut: 'CSMS' } : { us: 'CSMS', sut: station },
    view: report.cases.map((one, i) => ({ key: keys[i], outcome: outcomeOf(one), marks: marksOf(one) })),
    cases: report.cases,
  };
  return inScript(data);
}

const inScript = (data: unknown): string =>
  JSON.stringify(data).replace(/[<>\u2028\u2029]/g, (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`);

const hashOf = (text: string): string => `'sha256-${createHash('sha256').update(text).digest('base64')}'`;

/** Our script and our style by their digests, and nothing else: not even markup of an SUT that got in could act. */
const policyOf = (scripts: readonly string[], styles: readonly string[]): string =>
  `default-src 'none'; script-src ${scripts.map(hashOf).join(' ')}; style-src ${styles.map(hashOf).join(' ')}; img-src data:; base-uri 'none'; form-action 'none'`;

export const htmlReporter: Reporter = (report) => {
  const keys = keysOf(report.cases);
  const { title } = headline(report);
  const hasCases = report.cases.length > 0;
  const charts = hasCharts(report.load) ? chartsOf(report.load) : [];
  const scripts = [script, ...(charts.length > 0 ? [chartScript()] : [])];
  const styles = [style, ...(charts.length > 0 ? [chartStyle()] : [])];
  return [
    '<!doctype html>',
    '<html lang="en"><head><meta charset="utf-8">',
    `<meta http-equiv="Content-Security-Policy" content="${policyOf(scripts, styles)}">`,
    '<meta name="viewport" content="width=device-width, initial-scale=1">',
    '<meta name="generator" content="plugproof"><meta name="referrer" content="no-referrer">',
    '<link rel="icon" href="data:,">',
    `<title>${html(`${title} · ${report.sut.url} · plugproof`)}</title>`,
    `${styles.map((text) => `<style>${text}</style>`).join('')}</head><body>`,
    header(report),
    blocks(report),
    gradeSection(report.grade, report, keys),
    loadSection(report.load, charts.length > 0),
    '<noscript><p class="notes card">Frames and diagrams need JavaScript, which this viewer does not run: open the file in a browser.</p></noscript>',
    `<section${hasCases ? '' : ' hidden'} aria-labelledby="_h"><h2 id="_h">Cases</h2>`,
    filter(report),
    `<div id="_cases">${caseRows(report, keys)}</div>`,
    '<p class="muted" id="_none" hidden>No case fits the filter.</p></section>',
    `<p class="foot">Made by plugproof ${html(report.run.version)}. This page holds everything it shows and asks nothing of the network. It is no certificate.</p>`,
    '</main>',
    `<script type="application/json" id="_data">${embedded(report, keys)}</script>`,
    ...(charts.length > 0 ? [`<script type="application/json" id="_load-data">${inScript(charts)}</script>`] : []),
    ...scripts.map((text) => `<script>${text}</script>`),
    '</body></html>',
    '',
  ].join('\n');
};
