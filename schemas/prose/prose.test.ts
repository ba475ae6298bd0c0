/** Tests of the prose layer: every rule is tripped by one edit of a payload that it accepts. */
import { expect } from 'chai';
import { type OcppVersion, ocppVersions } from '../../src/dialects/index.ts';
import { generatePayload } from '../generate.ts';
import { definitionName, resolve, type SchemaNode } from '../json-schema.ts';
import { loadMessageSchemas } from '../ocpp.ts';
import { proseRules } from './index.ts';
import type { Edits, Trip } from './trip.test.data.ts';
import { datatypeTrips } from './trips-datatypes.test.data.ts';
import { profileTrips } from './trips-profiles.test.data.ts';
import { v2Trips } from './trips-v2.test.data.ts';

const trips: readonly Trip[] = [...datatypeTrips, ...v2Trips, ...profileTrips];

const schemas = loadMessageSchemas();

/** Puts values at pointers; undefined takes a member away. */
function edited(payload: Record<string, unknown>, edits: Edits): unknown {
  let root: unknown = payload;
  for (const [pointer, value] of Object.entries(edits)) {
    const steps = pointer.split('/').slice(1);
    const last = steps.pop();
    if (last === undefined) {
      root = structuredClone(value);
      continue;
    }
    let holder = root as Record<string, unknown>;
    for (const name of steps) {
      holder[name] ??= {};
      holder = holder[name] as Record<string, unknown>;
    }
    if (value === undefined) delete holder[last];
    else holder[last] = structuredClone(value);
  }
  return root;
}

describe('prose layer', () => {
  for (const [rule, version, action, kind, variant, edits, path] of trips) {
    it(`${rule}: ${version} ${action} ${kind}${path === '' ? '' : ` at ${path}`}`, () => {
      const payload = generatePayload(version, action, kind, 5, { schemas, variant });
      expect(schemas.validate(version, action, kind, payload), 'before').to.deep.equal([]);
      const found = schemas.validate(version, action, kind, edited(payload, edits));
      expect(found.map((violation) => `${violation.keyword} ${violation.path}`)).to.deep.equal([`${rule} ${path}`]);
      expect(found[0]).to.include({ layer: 'prose' });
      expect(found[0]?.ref).to.be.a('string').and.not.equal('');
    });
  }

  it('has a trip for each rule in each version family', () => {
    const family = (version: OcppVersion) => (version === '1.6' ? '1.6' : '2.x');
    const tripped = new Set(trips.map(([rule, version]) => `${rule} ${family(version)}`));
    const all = new Set(proseRules.flatMap(({ name, versions }) => versions.map((one) => `${name} ${family(one)}`)));
    expect([...all].filter((one) => !tripped.has(one))).to.deep.equal([]);
  });

  it('names no place that its versions do not have', () => {
    const places = new Map(ocppVersions.map((version) => [version, placesOf(version)]));
    const lost = proseRules.flatMap(({ name, on, versions }) =>
      typeof on === 'function'
        ? []
        : on
            .filter((place) => !versions.some((version) => places.get(version)?.has(place)))
            .map((place) => `${name} ${place}`),
    );
    expect(lost).to.deep.equal([]);
  });

  it('notes where two places of the text disagree', () => {
    const asked = { requestedMessage: 'StatusNotification', connectorId: 0 };
    const [first] = schemas.validate('1.6', 'TriggerMessage', 'call', asked);
    expect(first?.note).to.include('5.17');
  });

  it('takes decimals of any length from a station, and six from a CSMS', () => {
    const value = 0.123456789;
    const sampledValue = [{ value }];
    const meterValue = [{ timestamp: '2025-01-01T00:00:00Z', sampledValue }];
    expect(schemas.validate('2.0.1', 'MeterValues', 'call', { evseId: 1, meterValue })).to.deep.equal([]);
    const cost = (totalCost: number) =>
      schemas.validate('2.0.1', 'CostUpdated', 'call', { totalCost, transactionId: 't' });
    expect(cost(0.123456)).to.deep.equal([]);
    expect(cost(value)).to.have.lengthOf(1);
  });

  it('says nothing of what the schema has refused', () => {
    const found = schemas.validate('2.0.1', 'Heartbeat', 'callresult', { currentTime: 'noon' });
    expect(found.map(({ layer }) => layer)).to.deep.equal(['schema']);
  });

  it('bears payloads of any shape', function () {
    // Compiles every schema.
    this.timeout(60_000);
    const shapes = [
      null,
      1,
      'x',
      [],
      {},
      [[]],
      { chargingProfile: 1 },
      { chargingProfile: { chargingSchedule: [null, 1] } },
    ];
    for (const version of ocppVersions) {
      for (const { action, kind } of schemas.messages(version)) {
        for (const shape of shapes) expect(() => schemas.validate(version, action, kind, shape)).not.to.throw();
      }
    }
  });
});

/** `Owner` and `Owner.field` of everything in the schemas of a version. */
function placesOf(version: OcppVersion): Set<string> {
  const places = new Set<string>();
  for (const { action, kind, name } of schemas.messages(version)) {
    const root = schemas.schema(version, action, kind);
    const walk = (node: SchemaNode, owner: string): void => {
      places.add(owner);
      for (const [field, child] of Object.entries(node.properties ?? {})) {
        const target = resolve(root, child);
        const item = target.items ?? child;
        places.add(`${owner}.${field}`);
        if (target.items !== undefined) places.add(`${owner}.${field}[]`);
        const inner = resolve(root, item);
        if (inner.properties !== undefined) walk(inner, definitionName(item) ?? field);
      }
    };
    walk(root, name);
  }
  return places;
}
