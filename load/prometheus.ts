/** The metrics of a run for Prometheus, in its text format. */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { MetricReport } from '../src/report.ts';
import type { Totals } from './engine/totals.ts';
import { factsOf, type MetricName } from './metrics.ts';

/** Quantiles that a trend shows. */
const QUANTILES: readonly [quantile: string, statistic: string][] = [
  ['0.5', 'med'],
  ['0.9', 'p(90)'],
  ['0.95', 'p(95)'],
  ['0.99', 'p(99)'],
  ['0.999', 'p(99.9)'],
];

const escaped = (text: string): string => text.replace(/[\\"\n]/g, (c) => (c === '\n' ? '\\n' : `\\${c}`));

/** Text exposition format 0.0.4: counters end in `_total`, trends are summaries in milliseconds. */
export function exposition(metrics: Readonly<Record<string, MetricReport>>): string {
  const lines: string[] = [];
  for (const [name, metric] of Object.entries(metrics)) {
    const facts = factsOf(name as MetricName);
    const shown = nameOf(name, metric);
    lines.push(`# HELP ${shown} ${facts.says}`, `# TYPE ${shown} ${TYPES[metric.type]}`);
    // The sum over all tags would be counted twice beside them.
    const byAction = Object.entries(metric.byTag).filter(([tag]) => tag.startsWith('action:'));
    const series = byAction.length > 0 ? byAction : [['', metric.values] as const];
    for (const [tag, values] of series) {
      const label = tag === '' ? [] : [`action="${escaped(tag.slice('action:'.length))}"`];
      lines.push(...samples(shown, metric.type, values, label));
    }
  }
  return `${lines.join('\n')}\n`;
}

const TYPES: Readonly<Record<MetricReport['type'], string>> = {
  counter: 'counter',
  gauge: 'gauge',
  rate: 'counter',
  trend: 'summary',
};

function nameOf(name: string, { type }: MetricReport): string {
  if (type === 'counter' || type === 'rate') return `${name}_total`;
  return type === 'trend' ? `${name}_milliseconds` : name;
}

function samples(
  name: string,
  type: MetricReport['type'],
  values: Readonly<Record<string, number>>,
  labels: readonly string[],
): string[] {
  const with_ = (more: readonly string[]) => (more.length === 0 ? '' : `{${more.join(',')}}`);
  if (type === 'trend') {
    const { count = 0, avg = 0 } = values;
    return [
      ...QUANTILES.map(([q, statistic]) => `${name}${with_([...labels, `quantile="${q}"`])} ${values[statistic] ?? 0}`),
      `${name}_sum${with_(labels)} ${count * avg}`,
      `${name}_count${with_(labels)} ${count}`,
    ];
  }
  return [`${name}${with_(labels)} ${(type === 'gauge' ? values['value'] : values['count']) ?? 0}`];
}

export interface PrometheusServer {
  readonly url: string;
  close(): Promise<void>;
}

/** @throws the system's error where the port can't be had */
export async function servePrometheus(
  { host, port }: { readonly host: string; readonly port: number },
  totals: () => Promise<Totals>,
): Promise<PrometheusServer> {
  const server = createServer((request, response) => {
    if (request.url?.split('?')[0] !== '/metrics') {
      response.writeHead(404, { 'content-type': 'text/plain' }).end('Metrics are at /metrics.\n');
      return;
    }
    totals().then(
      (found) => {
        response.writeHead(200, { 'content-type': 'text/plain; version=0.0.4; charset=utf-8' });
        response.end(exposition(found.report()));
      },
      () => response.writeHead(503, { 'content-type': 'text/plain' }).end('The workers do not answer.\n'),
    );
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, () => resolve());
  });
  const address = server.address() as AddressInfo;
  return {
    url: `http://${host.includes(':') ? `[${host}]` : host}:${address.port}/metrics`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
