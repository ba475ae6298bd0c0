/** Chargers that are right in another way than the reference fail no case, whatever else they are set up to do. */
import { expect } from 'chai';
import { loadMessageSchemas } from '../../schemas/ocpp.ts';
import { alter, drop, type Fault, refuses } from '../../src/judge/fault.ts';
import { runCase } from '../../src/judge/run-case.ts';
import { forVersion } from '../../src/judge/test-case.ts';
import { securedStationInMemory, stationInMemory } from '../../src/reference/station-in-memory.ts';
import { isAbsent } from '../../src/run/plan.ts';
import { ROOT_CHECK } from './certificates.used.ts';
import { stationSuites } from './index.ts';
import networkRoots from './network.roots.v2.ts';
import power from './power.v16.ts';
import provisioning from './provisioning.ts';

const schemas = loadMessageSchemas();

const points = (start: string, stop: string) => ({ 'TxCtrlr.TxStartPoint': start, 'TxCtrlr.TxStopPoint': stop });

/** How a charger is set up where it is not as the reference is. */
const chargers: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  'whose transactions are authorizations': points('Authorized', 'Authorized'),
  'whose transactions need a cable and an authorization': points('PowerPathClosed', 'PowerPathClosed'),
  'whose transactions begin with the energy': points('EnergyTransfer', 'EVConnected'),
  'whose transactions are cables': points('EVConnected', 'EVConnected'),
  'whose transactions are vehicles in a bay': points('ParkingBayOccupancy', 'ParkingBayOccupancy'),
  'whose transactions end with the energy': points('Authorized', 'EnergyTransfer'),
  'that tells more than it has to': { 'SampledDataCtrlr.TxUpdatedInterval': '1', 'AlignedDataCtrlr.Interval': '5' },
  'that measures nothing, unless it is told to': {
    'SampledDataCtrlr.TxStartedMeasurands': '',
    'SampledDataCtrlr.TxUpdatedMeasurands': '',
    'SampledDataCtrlr.TxEndedMeasurands': '',
  },
  'that goes by what it knows': {
    'AuthCtrlr.AuthorizeRemoteStart': 'true',
    'AuthCtrlr.LocalPreAuthorize': 'true',
    'AuthCtrlr.OfflineTxForUnknownIdEnabled': 'true',
    'TxCtrlr.MaxEnergyOnInvalidId': '100',
    'TxCtrlr.StopTxOnInvalidId': 'false',
  },
  'that keeps who left his cable authorized': { 'TxCtrlr.StopTxOnEVSideDisconnect': 'false' },
};

const cases = stationSuites.flatMap((suite) => suite.cases).filter(({ versions }) => versions.includes('2.0.1'));
/** What needs another world than one without credentials is not judged here. */
const plain = cases.filter(({ profiles, onlyFor, lacks }) => (profiles ?? onlyFor ?? lacks) === undefined);

/** Actions of parts that a charger can be without. */
const OPTIONAL = [
  ...['ClearCache', 'GetLocalListVersion', 'SendLocalList', 'ReserveNow', 'CancelReservation', 'CostUpdated'],
  ...['SetDisplayMessage', 'GetDisplayMessages', 'ClearDisplayMessage'],
];

describe('a charger of 2.0.1', () => {
  const judged = async (configuration: Readonly<Record<string, string>>, faults: readonly Fault[] = []) => {
    const red: string[] = [];
    for (const spec of plain) {
      const all = { ...spec.reference, ...configuration };
      const { clock, environment, station } = stationInMemory('2.0.1', schemas, faults, { configuration: all });
      const { verdict, reason } = await clock.run(runCase(spec, '2.0.1', 'CP01', environment));
      station.end();
      if (verdict === 'fail' || verdict === 'error') red.push(`${spec.id} ${verdict}: ${reason}`);
    }
    return red;
  };

  it('fails no case for want of a part that it need not have', async () => {
    const red = await judged(
      {},
      OPTIONAL.map((action) => refuses(action, 'NotImplemented')),
    );
    expect(red, red.join('\n')).to.deep.equal([]);
  }).timeout(120_000);

  for (const [name, configuration] of Object.entries(chargers)) {
    it(`fails no case: one ${name}`, async () => {
      const red = await judged(configuration);
      expect(red, red.join('\n')).to.deep.equal([]);
    }).timeout(120_000);
  }

  it('passes with a new CSMS under a new root: one that takes a root only where the old one signed it', async () => {
    for (const spec of networkRoots.cases) {
      const { clock, environment, station } = await securedStationInMemory('2.0.1', schemas, [], 2, ROOT_CHECK);
      const { verdict, reason } = await clock.run(runCase(spec, '2.0.1', 'CP01', environment));
      station.end();
      expect(verdict, `${spec.id}: ${reason}`).to.equal('pass');
    }
  });
});

/** Actions of the optional feature profiles of 1.6, by the name under which each is declared absent. */
const PROFILES = {
  RemoteTrigger: ['TriggerMessage'],
  LocalAuthListManagement: ['SendLocalList', 'GetLocalListVersion'],
  Reservation: ['ReserveNow', 'CancelReservation'],
  ReserveConnectorZero: [],
  SmartCharging: ['SetChargingProfile', 'ClearChargingProfile', 'GetCompositeSchedule'],
  FirmwareManagement: ['UpdateFirmware', 'GetDiagnostics'],
} as const;

describe('a charger of 1.6', () => {
  const all = stationSuites.flatMap((suite) => suite.cases).filter(({ versions }) => versions.includes('1.6'));

  for (const [name, without, actions] of [
    ...Object.entries(PROFILES).map(([profile, its]) => [`no ${profile}`, [profile], its] as const),
    ['the core alone', Object.keys(PROFILES), Object.values(PROFILES).flat()] as const,
  ]) {
    it(`fails no other case for want of a feature profile: one with ${name}`, async () => {
      const red: string[] = [];
      for (const spec of all) {
        const { feature, profiles, onlyFor, lacks } = spec;
        if ((profiles ?? onlyFor ?? lacks) !== undefined || isAbsent(forVersion(feature, '1.6') ?? '', without))
          continue;
        const { clock, environment, station } = stationInMemory(
          '1.6',
          schemas,
          actions.map((action) => refuses(action, 'NotSupported')),
          { without, configuration: { ...spec.reference, SupportedFeatureProfiles: 'Core' } },
        );
        const { verdict, reason } = await clock.run(runCase(spec, '1.6', 'CP01', environment));
        station.end();
        if (verdict === 'fail' || verdict === 'error') red.push(`${spec.id} ${verdict}: ${reason}`);
      }
      expect(red, red.join('\n')).to.deep.equal([]);
    }).timeout(60_000);
  }

  /** Goes on with its transaction when power is back, until it is stopped from afar. */
  function outlivesPower(): Fault {
    let lost: Record<string, unknown> | undefined;
    return {
      name: 'outlives-power',
      says: 'a transaction goes on when power is back',
      rewrite: ({ action, kind, id, text }) => {
        if (action === 'StopTransaction' && kind === 'call') {
          lost = JSON.parse(text)[3];
          return [{ text: JSON.stringify([2, id, 'Heartbeat', {}]) }];
        }
        if (action === 'StatusNotification' && kind === 'call' && lost !== undefined)
          return [{ text: text.replace(/"(Finishing|Preparing)"/, '"Charging"') }];
        if (action !== 'RemoteStopTransaction' || kind !== 'callresult' || lost === undefined) return undefined;
        const stop = [2, `${id}+`, 'StopTransaction', { ...lost, reason: 'Remote' }];
        lost = undefined;
        return [{ text: JSON.stringify([3, id, { status: 'Accepted' }]) }, { text: JSON.stringify(stop), afterMs: 5 }];
      },
    };
  }

  it('may need a restart for each key that is set', async () => {
    const needsRestart = alter(
      'ChangeConfiguration',
      { status: 'RebootRequired' },
      { kind: 'callresult', when: (payload) => (payload as { status?: unknown }).status === 'Accepted' },
    );
    const red: string[] = [];
    for (const spec of all) {
      if ((spec.profiles ?? spec.onlyFor ?? spec.lacks) !== undefined) continue;
      const { clock, environment, station } = stationInMemory('1.6', schemas, [needsRestart], {
        configuration: spec.reference ?? {},
      });
      const { verdict, reason } = await clock.run(runCase(spec, '1.6', 'CP01', environment));
      station.end();
      if (verdict === 'fail' || verdict === 'error') red.push(`${spec.id} ${verdict}: ${reason}`);
    }
    expect(red, red.join('\n')).to.deep.equal([]);
  }).timeout(60_000);

  it('may go on with its transaction when power is back: how it ends can not be judged', async () => {
    const [spec] = power.cases;
    if (spec === undefined) throw new Error('no case');
    const { clock, environment, station } = stationInMemory('1.6', schemas, [outlivesPower()]);
    const { verdict, reason, invariants } = await clock.run(runCase(spec, '1.6', 'CP01', environment));
    station.end();
    expect(invariants.filter(({ verdict }) => verdict === 'fail')).to.deep.equal([]);
    expect(verdict, reason).to.equal('inconclusive');
    expect(reason).to.match(/goes on when power is back/);
  });

  it('may send a message that was answered with an error again under the same id', async () => {
    const spec = all.find(({ id }) => id === 'station/transactions/retried');
    if (spec === undefined) throw new Error('no case');
    let id: string | undefined;
    const sameId: Fault = {
      name: 'same-id',
      says: 'a message that is sent again keeps its id',
      rewrite: (out) => {
        if (out.action !== 'StopTransaction' || out.kind !== 'call') return undefined;
        id ??= out.id;
        return [{ text: out.text.replace(out.id, id) }];
      },
    };
    const { clock, environment, station } = stationInMemory('1.6', schemas, [sameId]);
    const { invariants } = await clock.run(runCase(spec, '1.6', 'CP01', environment));
    station.end();
    expect(invariants.filter((one) => one.id === 'unique-message-id')).to.deep.equal([]);
  });

  it('restarts though it did not answer the reset: what it fails is the answer', async () => {
    const boot = provisioning.cases.find(({ id }) => id === 'station/provisioning/boot');
    if (boot === undefined) throw new Error('no case');
    const { clock, environment, station } = stationInMemory('1.6', schemas, [drop('Reset')]);
    const { checks } = await clock.run(runCase(boot, '1.6', 'CP01', environment));
    station.end();
    expect(checks.filter(({ verdict }) => verdict === 'fail')).to.deep.equal([]);
  });
});
