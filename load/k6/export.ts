/** `plugproof load export`: the k6 script of a workload as files that run anywhere, and as manifests for the k6 operator. */
import { copyFileSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { stringify } from 'yaml';
import type { Workload } from '../workload.ts';
import { bundlePath } from './bundle.ts';
import type { K6Plan } from './plan.ts';

export interface ExportOptions {
  readonly folder: string;
  readonly plan: K6Plan;
  readonly workload: Workload;
  /** Stations show a password, which whoever runs the script brings. */
  readonly password: boolean;
  /** Pods; undefined: no manifests. */
  readonly parallelism?: number | undefined;
}

const SCRIPT = 'plugproof.js';
const PLAN = 'plan.json';
const MANIFESTS = 'kubernetes.yaml';
/** Kubernetes takes no more in one ConfigMap. */
const MOST_CONFIG_BYTES = 1024 * 1024;
/** What k6 sends to Prometheus of each trend. */
const TREND_STATISTICS = 'count,avg,p(50),p(95),p(99),max';
const IMAGE = 'grafana/k6:1.8.1';

/** @returns the files that were written @throws the system's error, or Error where Kubernetes can't take so much */
export function exportK6({ folder, plan, workload, password, parallelism }: ExportOptions): string[] {
  mkdirSync(folder, { recursive: true });
  const script = bundlePath();
  const planText = `${JSON.stringify(plan, null, 2)}\n`;
  copyFileSync(script, join(folder, SCRIPT));
  const files: [name: string, text: string][] = [
    [PLAN, planText],
    ['README.md', readme(plan, workload, password, parallelism)],
  ];
  if (parallelism !== undefined) {
    const texts = { [SCRIPT]: readFileSync(script, 'utf8'), [PLAN]: `${JSON.stringify(plan)}\n` };
    const bytes = Object.values(texts).reduce((sum, text) => sum + Buffer.byteLength(text), 0);
    if (bytes > MOST_CONFIG_BYTES)
      throw new Error(
        `script and plan have ${bytes} bytes, and a ConfigMap holds ${MOST_CONFIG_BYTES}: leave --id out, so that identities are made up, or put both on a volume`,
      );
    files.push([MANIFESTS, manifests(texts, workload, password, parallelism)]);
  }
  for (const [name, text] of files) writeFileSync(join(folder, name), text);
  return [SCRIPT, ...files.map(([name]) => name)].map((name) => join(folder, name));
}

/** A name that Kubernetes takes. */
function resourceOf({ name }: Workload): string {
  const plain =
    name
      .toLowerCase()
      .match(/[a-z0-9]+/g)
      ?.join('-') ?? 'load';
  return `plugproof-${plain}`.slice(0, 50);
}

const secretOf = (workload: Workload): string => `${resourceOf(workload)}-password`;

/** A ConfigMap with the script, and a TestRun that splits its VUs, and with them the stations, over the pods. */
function manifests(
  texts: Readonly<Record<string, string>>,
  workload: Workload,
  password: boolean,
  parallelism: number,
): string {
  const name = resourceOf(workload);
  const env = [
    { name: 'K6_NO_USAGE_REPORT', value: 'true' },
    { name: 'K6_PROMETHEUS_RW_SERVER_URL', value: 'http://prometheus.monitoring.svc:9090/api/v1/write' },
    { name: 'K6_PROMETHEUS_RW_TREND_STATS', value: TREND_STATISTICS },
    ...(password
      ? [{ name: 'PASSWORD', valueFrom: { secretKeyRef: { name: secretOf(workload), key: 'password' } } }]
      : []),
  ];
  const documents = [
    { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name }, data: texts },
    {
      apiVersion: 'k6.io/v1alpha1',
      kind: 'TestRun',
      metadata: { name },
      spec: {
        parallelism,
        script: { configMap: { name, file: SCRIPT } },
        arguments: `--out experimental-prometheus-rw --tag testid=${name}`,
        runner: { image: IMAGE, env },
      },
    },
  ];
  return documents.map((document) => stringify(document, { lineWidth: 0 })).join('---\n');
}

function readme(plan: K6Plan, workload: Workload, password: boolean, parallelism: number | undefined): string {
  const secret = password ? ' -e PASSWORD=…' : '';
  return [
    `# ${workload.name}, for k6`,
    '',
    `${workload.says ? `${workload.says}. ` : ''}${plan.fleet.total} stations in ${plan.vus} VUs, on ${plan.fleet.url}.`,
    '',
    '```',
    `k6 run${secret} ${SCRIPT}`,
    '```',
    '',
    'k6 1.6 or later. `plan.json` lies beside the script and says everything: stations, schedule, thresholds. The script holds',
    'the charger of plugproof and takes nothing from the network.',
    ...(password ? ['Stations show the password in the environment variable `PASSWORD`.'] : []),
    ...(parallelism === undefined
      ? []
      : [
          '',
          '## On Kubernetes',
          '',
          '```',
          ...(password ? [`kubectl create secret generic ${secretOf(workload)} --from-literal=password=…`] : []),
          `kubectl apply -f ${MANIFESTS}`,
          '```',
          '',
          `With the k6 operator: ${parallelism} pods share the VUs, and no station is in two of them. Say in the manifest where`,
          'Prometheus takes remote writes. Each pod judges the thresholds over its own share; percentiles of all are in Prometheus.',
        ]),
    '',
  ].join('\n');
}
