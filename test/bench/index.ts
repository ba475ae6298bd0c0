/** `npm run bench`: how long the things take that users wait for. Needs a build. */
import { spawnSync } from 'node:child_process';
import { cpus } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { bench as validations } from '../../schemas/bench.ts';
import { loadMessageSchemas } from '../../schemas/ocpp.ts';
import { measureStations } from '../../src/station/bench.ts';
import { allCases } from '../../suites/index.ts';
import { prove } from '../../suites/proof.ts';
import { inFolder, run, serveCsms } from '../e2e/cli.ts';

const MAIN = join(dirname(fileURLToPath(import.meta.url)), '../../dist/src/cli/main.js');
const seconds = (ms: number) => `${(ms / 1000).toFixed(2)} s`;
const [cpu] = cpus();
console.log(`${cpus().length} × ${cpu?.model ?? 'unknown'}, Node ${process.version}\n`);

/** Middle of several runs: the first warms the disk. */
function middle(times: readonly number[]): number {
  return [...times].sort((a, b) => a - b)[Math.floor(times.length / 2)] ?? Number.NaN;
}

const helps = Array.from({ length: 7 }, () => {
  const began = performance.now();
  spawnSync(process.execPath, [MAIN, '--help']);
  return performance.now() - began;
});
console.log(`--help                       ${Math.round(middle(helps))} ms`);

const served = await serveCsms();
for (const ocpp of ['1.6', '2.0.1']) {
  await inFolder(async (out) => {
    const began = performance.now();
    const args = ['test', 'csms', '--url', served.url, '--ocpp', ocpp, '--id', 'CP{01..16}', '--driver', 'reference'];
    const ended = await run([...args, '--driver-url', served.control, '--out', out, '--report', 'json']);
    const cases = allCases().filter((spec) => spec.versions.some((version) => version === ocpp)).length;
    console.log(
      `test csms ${ocpp.padEnd(6)}             ${seconds(performance.now() - began)} for ${cases} cases, 16 identities, exit ${ended.code}`,
    );
  });
}
await served.stop();

const began = performance.now();
const schemas = loadMessageSchemas();
let rows = 0;
for (const spec of allCases())
  for (const version of spec.versions) rows += (await prove(spec, version, schemas)).length;
const took = performance.now() - began;
console.log(`proof                        ${seconds(took)} for ${rows} runs of a case`);

console.log('\nvalidations a second');
for (const row of validations()) console.log(`  ${JSON.stringify(row)}`);

console.log('\nidle chargers, 50,000 of them');
for (const row of measureStations()) console.log(`  ${JSON.stringify(row)}`);
