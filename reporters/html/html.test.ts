/** What can be known of the HTML report without a browser: it is offline, its script is sound, nothing breaks out of it. */
import { createHash } from 'node:crypto';
import { Script } from 'node:vm';
import { expect } from 'chai';
import { bigReport, fullReport, load, reportOf } from '../fixtures/report.ts';
import type { chartsOf } from './charts.ts';
import { htmlReporter, script } from './index.ts';
import { style } from './style.ts';

const page = htmlReporter(fullReport(), {});
const elements = [...page.matchAll(/<script([^>]*)>([\s\S]*?)<\/script>/g)];

describe('html', () => {
  it('holds the data and one script, both whole', () => {
    expect(elements).to.have.length(2);
    const data = JSON.parse(elements[0]?.[2] ?? '') as { cases: unknown };
    expect(data.cases).to.deep.equal(JSON.parse(JSON.stringify(fullReport().cases)));
    expect(elements[1]?.[2]).to.equal(script);
    expect(() => new Script(script)).not.to.throw();
  });
  it('allows only its own script and style', () => {
    const hash = (text: string) => `'sha256-${createHash('sha256').update(text).digest('base64')}'`;
    const policy = /Content-Security-Policy" content="([^"]*)"/.exec(page)?.[1];
    expect(policy).to.contain("default-src 'none'");
    expect(policy).to.contain(`script-src ${hash(elements[1]?.[2] ?? '')};`);
    expect(policy).to.contain(`style-src ${hash(/<style>([\s\S]*?)<\/style>/.exec(page)?.[1] ?? '')};`);
  });
  it('asks nothing of the network', () => {
    const bare = page.replace(/<script[^>]*>[\s\S]*?<\/script>/g, '');
    expect(
      [...bare.matchAll(/\s(?:src|href|action)="([^"]*)"/g)]
        .map((hit) => hit[1])
        .filter((url) => !/^(#|data:,$)/.test(url ?? '')),
    ).to.deep.equal([]);
    expect(style).not.to.match(/url\(|@import|@font-face/);
    expect(script).not.to.match(/\bfetch\(|XMLHttpRequest|WebSocket|innerHTML|insertAdjacent|document\.write|\beval\(/);
  });
  it('has every case in the page itself, so that it can be read without a script', () => {
    expect([...page.matchAll(/<article /g)]).to.have.length(fullReport().cases.length);
    expect(page).not.to.contain('<img').and.not.to.contain('<script>alert');
    const ids = [...page.matchAll(/\sid="([^"]*)"/g)].map((hit) => hit[1]);
    expect(new Set(ids).size).to.equal(ids.length);
  });
  it('draws a load run over time, within the policy', () => {
    const second = (at: number) => ({
      at,
      values: { ocpp_calls: 100, 'ocpp_call_latency p(99)': at, ocpp_stations: 1 },
    });
    const series = Array.from({ length: 5_000 }, (_, i) => second(i * 1_000));
    const thresholds = [{ metric: 'ocpp_call_latency', expr: 'p(99)<500', ok: true, actual: 80 }];
    const drawn = htmlReporter(reportOf([], { load: { ...load, series, thresholds } }), {});
    const scripts = [...drawn.matchAll(/<script>([\s\S]*?)<\/script>/g)].map((hit) => hit[1] ?? '');
    expect(scripts).to.have.length(2);
    const policy = /Content-Security-Policy" content="([^"]*)"/.exec(drawn)?.[1];
    for (const text of scripts) {
      expect(() => new Script(text)).not.to.throw();
      expect(policy).to.contain(createHash('sha256').update(text).digest('base64'));
    }
    const data = JSON.parse(/id="_load-data">([\s\S]*?)<\/script>/.exec(drawn)?.[1] ?? '') as ReturnType<
      typeof chartsOf
    >;
    expect(data.map(({ title }) => title)).to.deep.equal(['Calls and connections', 'Latency', 'Stations connected']);
    const latency = data[1];
    expect(latency?.levels).to.deep.equal([500]);
    expect(latency?.columns[0]?.length).to.equal(1_000);
    // Of the seconds that share a point, the worst.
    expect(latency?.columns[1]?.slice(0, 2)).to.deep.equal([4_000, 9_000]);
  });
  it('grows with the frames, not with what it makes of them', () => {
    const report = bigReport(100, 60);
    expect(htmlReporter(report, {}).length).to.be.below(JSON.stringify(report.cases).length * 1.3 + 100_000);
  });
});
