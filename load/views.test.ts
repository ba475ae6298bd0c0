/** What a run shows while it runs: to a terminal, to a log, and to Prometheus. */
import { expect } from 'chai';
import type { LoadMoment } from './engine/engine.ts';
import { seriesKey } from './engine/series-key.ts';
import { Totals } from './engine/totals.ts';
import { Trend } from './engine/trend.ts';
import { createLiveView, plainLine } from './live.ts';
import { exposition, servePrometheus } from './prometheus.ts';

const moment = (more: Partial<LoadMoment> = {}): LoadMoment => ({
  phase: 'load',
  atMs: 3_000,
  connected: 9,
  accepted: 8,
  counts: { ocpp_calls: 1234, ocpp_dropped_calls: 2 },
  values: { ocpp_calls: 99.6, 'ocpp_call_latency p(50)': 1.23, 'ocpp_call_latency p(99)': 45.6 },
  ...more,
});

describe('live view', () => {
  it('is one line for a log', () => {
    expect(plainLine(moment(), 10)).to.equal(
      '3s under load, 9/10 stations, 100 calls/s, p50 1.2 ms, p99 46 ms, 2 dropped, generator late -',
    );
  });

  it('writes a line for each phase and every ten seconds, without control characters', () => {
    let out = '';
    const view = createLiveView({ tty: false, write: (text) => (out += text), stations: 10, title: 't' });
    view.moment(moment({ phase: 'ramp', atMs: 1_000 }));
    for (let atMs = 2_000; atMs <= 13_000; atMs += 1_000) view.moment(moment({ atMs }));
    view.moment(moment({ phase: 'done', atMs: 14_000 }));
    view.end();
    expect(out.match(/^\d+s/gm)).to.deep.equal(['1s', '2s', '12s']);
    expect(out).not.to.include('\u001b');
  });

  it('draws over itself on a terminal, and leaves nothing behind', () => {
    const out: string[] = [];
    const view = createLiveView({ tty: true, write: (text) => out.push(text), stations: 10, title: 't' });
    view.moment(moment());
    view.moment(moment());
    view.end();
    const lines = (out[0] ?? '').split('\n').length - 1;
    expect(out[0]).to.match(/9 connected, 8 registered, of 10/);
    expect(out.filter((text) => text === `\u001b[${lines}A\u001b[J`)).to.have.lengthOf(2);
    expect(out.at(-1)).to.equal(`\u001b[${lines}A\u001b[J`);
  });
});

describe('prometheus', () => {
  const trend = new Trend();
  trend.record(10);
  const totals = new Totals(
    [
      {
        counters: {
          [seriesKey('ocpp_calls', 'Heartbeat')]: 7,
          [seriesKey('ocpp_calls', 'Say "x"')]: 1,
          'answers|Heartbeat|': 7,
          [seriesKey('ocpp_call_errors', 'Heartbeat', 'InternalError')]: 2,
        },
        trends: { [seriesKey('ocpp_call_latency', 'Heartbeat')]: trend.encode() },
      },
    ],
    1,
  );
  totals.setGauge('ocpp_stations', { value: 5, min: 1, max: 6 });

  it('is told in its text format', () => {
    const text = exposition(totals.report());
    expect(text).to.include('# TYPE ocpp_calls_total counter\nocpp_calls_total{action="Heartbeat"} 7\n');
    expect(text).to.include('ocpp_calls_total{action="Say \\"x\\""} 1\n');
    expect(text).to.include('# TYPE ocpp_stations gauge\nocpp_stations 5\n');
    expect(text).to.include('ocpp_call_errors_total{action="Heartbeat"} 2\n');
    expect(text).to.match(
      /# TYPE ocpp_call_latency_milliseconds summary\nocpp_call_latency_milliseconds\{action="Heartbeat",quantile="0.5"\} 10/,
    );
    expect(text).to.include('ocpp_call_latency_milliseconds_count{action="Heartbeat"} 1\n');
    // Every line is a comment or a sample.
    for (const line of text.trim().split('\n'))
      expect(line).to.match(/^# (HELP|TYPE) \w+ .+$|^\w+(\{.*\})? -?[\d.e+-]+$/);
  });

  it('is served', async () => {
    const server = await servePrometheus({ host: '127.0.0.1', port: 0 }, async () => totals);
    try {
      const found = await fetch(server.url);
      expect(found.headers.get('content-type')).to.match(/^text\/plain; version=0\.0\.4/);
      expect(await found.text()).to.include('ocpp_stations 5');
      expect((await fetch(new URL('/', server.url))).status).to.equal(404);
    } finally {
      await server.close();
    }
  });
});
