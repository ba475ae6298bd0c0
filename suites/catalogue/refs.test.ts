/** References: what exists is known, what does not is not, and the nearest one is offered. */
import { expect } from 'chai';
import type { OcppVersion } from '../../src/dialects/dialect.ts';
import { knownRef, nearestRef } from './refs.ts';
import table from './sections.json' with { type: 'json' };

describe('references', () => {
  const known: readonly (readonly [OcppVersion, string])[] = [
    ...(
      [
        '4.2',
        '4.9',
        '3.16.5',
        '9.1.20',
        'J 4.2.3',
        'E 3.18',
        'E 3.14.5',
        'JE 3.1',
        'W 2.3.1',
        'W A00.FR.201',
        'W L01.FR.29',
      ] as const
    ).map((ref) => ['1.6', ref] as const),
    ['1.6', 'BootNotificationResponse.currentTime'],
    ['1.6', 'ResetRequest.type'],
    ['1.6', 'MeterValuesRequest.meterValue.sampledValue.unit'],
    ['1.6', 'AuthorizeResponse.idTagInfo.status'],
    ['1.6', 'SignedUpdateFirmwareRequest.firmware.signature'],
    ['2.0.1', 'B01.FR.02'],
    ['2.0.1', 'FR.03'],
    ['2.0.1', 'P4 4.1.4'],
    ['2.0.1', 'AuthorizeResponse.idTokenInfo.groupIdToken.idToken'],
    ['2.1', 'P4 4.2.4'],
    ['2.1', 'S01.FR.01'],
    ['2.1', 'BatterySwapRequest.eventType'],
    ['2.1', 'NotifyPeriodicEventStream.data.v'],
  ];
  for (const [version, ref] of known) {
    it(`${version} has ${ref}`, () => expect(knownRef(version, ref)).to.equal(true));
  }

  const unknown: readonly (readonly [OcppVersion, string])[] = [
    ['1.6', '4.11'],
    ['1.6', 'J 4.9'],
    ['1.6', 'A00.FR.201'],
    ['1.6', 'W A00.FR.999'],
    ['1.6', 'B01.FR.02'],
    ['1.6', 'BootNotificationResponse.curentTime'],
    ['1.6', 'BootNotificationResponse'],
    ['1.6', 'BootNotificationResponse.constructor'],
    ['2.0.1', '4.2'],
    ['2.0.1', 'B01.FR.2'],
    ['2.0.1', 'S01.FR.01'],
    ['2.0.1', 'P4 4.2.4'],
    ['2.0.1', 'AuthorizeResponse.idTagInfo.status'],
    ['2.1', ''],
  ];
  for (const [version, ref] of unknown) {
    it(`${version} has no '${ref}'`, () => expect(knownRef(version, ref)).to.equal(false));
  }

  it('offers the nearest', () => {
    expect(nearestRef('BootNotificationResponse.curentTime', '1.6')).to.equal('BootNotificationResponse.currentTime');
    expect(nearestRef('B01.FR.2', '2.0.1')).to.equal('B01.FR.02');
    expect(nearestRef('JE 3,1')).to.equal('JE 3.1');
    expect(nearestRef('of no use to anybody at all')).to.equal(undefined);
  });

  it('the table holds numbers and ids only, each once', () => {
    const refs = table.rows.flatMap(([ocpp, document, cell = '']) =>
      cell.split(' ').map((ref) => ({ ocpp, document, ref })),
    );
    expect(refs.filter(({ ref }) => !/^(\d{1,2}(\.\d{1,2}){0,3}|[A-N]\d\d\.FR\.\d{2,3})$/.test(ref))).to.deep.equal([]);
    const keys = refs.map(({ ocpp, document, ref }) => `${ocpp} ${document} ${ref}`);
    expect(new Set(keys).size).to.equal(keys.length);
  });
});
