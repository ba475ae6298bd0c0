/** Tests of the schemas of plugproof's own files: the report schema takes what the Report type takes, and no more. */

import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';
import { expect } from 'chai';
import type { Report } from '../src/report.ts';
import { ownSchema, ownSchemaNames } from './own.ts';

type Json = Record<string, unknown>;

/** A report in which every member of every type is set. */
const report: Report = {
  format: 'plugproof-report',
  formatVersion: 1,
  partial: false,
  run: {
    id: 'r-1',
    command: 'test csms',
    startedAt: '2025-01-01T00:00:00Z',
    durationMs: 1.5,
    seed: 1,
    version: '0.1.0',
    argv: ['test', 'csms'],
    planned: 1,
    notes: ['no driver'],
  },
  sut: {
    role: 'csms',
    ocpp: ['1.6'],
    url: 'ws://127.0.0.1:1/ocpp',
    securityProfile: 0,
    features: ['core'],
    about: { vendor: 'v' },
  },
  summary: { pass: 0, warn: 0, fail: 1, inconclusive: 0, notApplicable: 0, error: 0, known: 1, stale: 0 },
  cases: [
    {
      id: 'csms/provisioning/cold-boot',
      ocpp: '1.6',
      octt: 'TC_001_CSMS',
      title: 't',
      suite: 'csms/provisioning',
      block: 'Core',
      verdict: 'fail',
      baseline: { status: 'known', reason: 'r', at: 'baseline.yaml:3:1' },
      durationMs: 2,
      identity: 'CP01',
      reason: 'r',
      replay: 'plugproof test csms',
      checks: [
        {
          id: 'accepted',
          ref: '4.2',
          level: 'SHALL',
          says: 's',
          verdict: 'fail',
          expected: 'e',
          actual: 'a',
          message: 'm',
          frame: 1,
        },
      ],
      invariants: [
        { id: 'schema-valid', verdict: 'fail', blame: 'sut', message: 'm', frame: 1, path: '/a', ref: '4.2' },
      ],
      trace: [
        {
          n: 1,
          at: 0.5,
          origin: 'sut',
          kind: 'callresult',
          text: '[3,"1",{}]',
          action: 'Heartbeat',
          connection: 1,
          answers: 1,
          deliberate: true,
        },
      ],
    },
  ],
  grade: { value: 'B', reasons: [{ case: 'security/exposed/plain', says: 's' }] },
  load: {
    engine: 'node',
    stations: 10,
    metrics: { ocpp_calls: { type: 'counter', values: { count: 1 }, byTag: { 'action:Heartbeat': { count: 1 } } } },
    thresholds: [{ metric: 'ocpp_calls', expr: 'count>0', ok: false, actual: null }],
    series: [{ at: 1, values: { ocpp_calls: 1 } }],
    generator: { workers: 1, cpuSeconds: 1, maxRssBytes: 1, latenessP99Ms: 1, saturated: false },
  },
};

function compile(name: string): ValidateFunction {
  const ajv = new Ajv2020({ strict: true, allErrors: true, allowUnionTypes: true });
  (addFormats as unknown as (ajv: Ajv2020) => void)(ajv);
  return ajv.compile(ownSchema(name));
}

/** Every object in a value, with the pointer to it. */
function* objects(value: unknown, pointer = ''): Generator<readonly [string, Json]> {
  if (typeof value !== 'object' || value === null) return;
  if (!Array.isArray(value)) yield [pointer, value as Json];
  for (const [name, inner] of Object.entries(value)) yield* objects(inner, `${pointer}/${name}`);
}

/** Members that the type leaves optional. */
const OPTIONAL = new Set([
  '/sut about',
  ...['octt', 'baseline', 'reason'].map((name) => `/cases/0 ${name}`),
  ...['expected', 'actual', 'message', 'frame'].map((name) => `/cases/0/checks/0 ${name}`),
  ...['path', 'ref'].map((name) => `/cases/0/invariants/0 ${name}`),
  ...['action', 'connection', 'answers', 'deliberate'].map((name) => `/cases/0/trace/0 ${name}`),
]);

/** Objects whose members are named by the run, not by us. */
const OPEN = /\/(about|metrics|values|byTag|action:Heartbeat)$/;

describe('own schemas', () => {
  it('are all schemas, with words for every member', () => {
    expect(ownSchemaNames()).to.include('report');
    for (const name of ownSchemaNames()) {
      expect(() => compile(name), name).not.to.throw();
      for (const [pointer, node] of objects(ownSchema(name))) {
        const members = node['properties'];
        if (pointer.endsWith('/properties') || typeof members !== 'object') continue;
        for (const [member, schema] of Object.entries(members as Json)) {
          const { description, $ref } = schema as Json;
          expect(description ?? $ref, `${name} ${pointer} ${member}`).to.be.a('string');
        }
      }
    }
  });

  it('are unknown by other names', () => {
    expect(() => ownSchema('../digests')).to.throw(RangeError, 'report');
  });
});

describe('report schema', () => {
  const validate = compile('report');

  it('takes a report with everything, and one with nothing optional', () => {
    expect(validate(report), JSON.stringify(validate.errors)).to.equal(true);
    expect(validate({ ...report, cases: [], grade: null, load: null })).to.equal(true);
  });

  it('takes no member that it does not know', () => {
    const copies = [...objects(report)].filter(([pointer]) => !OPEN.test(pointer)).map(([pointer]) => pointer);
    expect(copies).to.have.lengthOf.greaterThan(10);
    for (const pointer of copies) {
      const copy = structuredClone(report);
      const [, target] = [...objects(copy)].find(([one]) => one === pointer) ?? [];
      if (target !== undefined) target['surplus'] = 1;
      expect(validate(copy), pointer).to.equal(false);
    }
  });

  it('misses every member that the type requires', () => {
    for (const [pointer, object] of objects(report)) {
      if (OPEN.test(pointer)) continue;
      for (const name of Object.keys(object)) {
        const copy = structuredClone(report);
        const [, target] = [...objects(copy)].find(([one]) => one === pointer) ?? [];
        if (target !== undefined) delete target[name];
        expect(validate(copy), `${pointer} without ${name}`).to.equal(OPTIONAL.has(`${pointer} ${name}`));
      }
    }
  });
});
