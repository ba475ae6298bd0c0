/** `npm run proof`: the proof as a table. */
import { loadMessageSchemas } from '../schemas/ocpp.ts';
import { allCases } from './index.ts';
import { type ProofRow, prove } from './proof.ts';

const began = performance.now();
const schemas = loadMessageSchemas();
const rows: ProofRow[] = [];
for (const spec of allCases()) for (const version of spec.versions) rows.push(...(await prove(spec, version, schemas)));

let last = '';
for (const { case: id, ocpp, sut, check, fault, holds, says } of rows) {
  const head = `${id} ${ocpp} ${sut}`;
  if (head !== last) console.log(`\n${head}`);
  last = head;
  const what = check === undefined ? 'the reference passes' : `${check.padEnd(16)} trips on ${fault ?? 'nothing'}`;
  console.log(`  ${holds ? 'ok  ' : 'FAIL'} ${what}${holds ? '' : `  ← ${says}`}`);
}

const failed = rows.filter(({ holds }) => !holds).length;
const cases = rows.filter(({ check }) => check === undefined).length;
const seconds = ((performance.now() - began) / 1000).toFixed(1);
console.log(`\n${cases} cases × versions, ${rows.length - cases} faults, ${failed} that do not hold, ${seconds} s`);
process.exitCode = failed === 0 ? 0 : 1;
