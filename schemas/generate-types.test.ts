/** Tests of the generated types: every message has one, and the compiler takes valid payloads and refuses others. */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect } from 'chai';
import { ocppVersions } from '../src/dialects/index.ts';
import { generatePayload } from './generate.ts';
import { typesOf, writeTypes } from './generate-types.ts';
import { loadMessageSchemas } from './ocpp.ts';

const schemas = loadMessageSchemas();
const tsc = fileURLToPath(new URL('../node_modules/typescript/bin/tsc', import.meta.url));
const OPTIONS = ['--noEmit', '--strict', '--exactOptionalPropertyTypes', '--allowImportingTsExtensions', '--types', ''];

describe('generated types', () => {
  let dir = '';
  beforeEach(() => {
    dir = mkdtempSync(join(tmpdir(), 'plugproof-types-'));
    writeTypes(dir, schemas);
  });
  afterEach(() => rmSync(dir, { recursive: true }));

  /** What the compiler says of a program beside the types. */
  const compile = (program: string): string => {
    const file = join(dir, 'program.ts');
    writeFileSync(file, `import type { CallPayload, Payloads, ResultPayload } from './index.ts';\n${program}`);
    try {
      return execFileSync(process.execPath, [tsc, ...OPTIONS, file], { cwd: dir, encoding: 'utf8' });
    } catch (failure) {
      return String((failure as { stdout?: unknown }).stdout);
    }
  };

  it('declares all 387 messages, each once', () => {
    const names = ocppVersions.flatMap((version) => {
      const text = typesOf(schemas, version);
      const declared = [...text.matchAll(/^export (?:interface|type) (\w+)/gm)].map(([, name]) => name);
      expect(new Set(declared).size, version).to.equal(declared.length);
      return schemas.messages(version).filter(({ name }) => declared.includes(name));
    });
    expect(names).to.have.lengthOf(387);
  });

  it('takes a full and a minimal payload of every message', function () {
    this.timeout(60_000);
    const program = ocppVersions.flatMap((version) =>
      schemas.messages(version).flatMap(({ action, kind }) =>
        (['minimal', 'full'] as const).map((variant) => {
          const payload = JSON.stringify(generatePayload(version, action, kind, 1, { schemas, variant }));
          return `(${payload}) satisfies Payloads['${version}']['${action}']['${kind}'];`;
        }),
      ),
    );
    expect(program).to.have.lengthOf(2 * 387);
    expect(compile(program.join('\n'))).to.equal('');
  });

  it('refuses what is missing, wrong or too many', function () {
    this.timeout(60_000);
    const errors = compile(`
({ reason: 'PowerUp', chargingStation: { model: 'm', vendorName: 'v' } }) satisfies CallPayload<'2.0.1', 'BootNotification'>;
({ reason: 'Boredom', chargingStation: { model: 'm', vendorName: 'v' } }) satisfies CallPayload<'2.0.1', 'BootNotification'>;
({ reason: 'PowerUp', chargingStation: { model: 'm' } }) satisfies CallPayload<'2.0.1', 'BootNotification'>;
({ status: 'Accepted', currentTime: 't' }) satisfies ResultPayload<'1.6', 'BootNotification'>;
({ idTag: 'a', more: 1 }) satisfies CallPayload<'1.6', 'Authorize'>;
({}) satisfies ResultPayload<'2.1', 'NotifyPeriodicEventStream'>;
`);
    expect([...errors.matchAll(/program\.ts\((\d+),/g)].map(([, line]) => Number(line))).to.deep.equal([4, 5, 6, 7, 8]);
  });
});
