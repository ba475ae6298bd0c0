/** The reference CSMS without sockets, in virtual time: what the proof run judges. */
import type { MessageSchemas } from '../../schemas/types.ts';
import { VirtualClock } from '../clock.ts';
import { Csms } from '../csms/csms.ts';
import type { CsmsPolicy } from '../csms/policy.ts';
import type { OcppVersion } from '../dialects/index.ts';
import type { Fault } from '../judge/fault.ts';
import type { Environment } from '../judge/run-case.ts';
import { type Driver, DriverError } from '../sut/drivers/driver.ts';
import type { SystemUnderTest } from '../sut/system-under-test.ts';
import { memoryDialer } from '../wire/memory.ts';
import { csmsBehaviours } from './behaviours.ts';
import { faulty } from './faulty.ts';
import { heldStations } from './stations.ts';
import { referenceTokens } from './tokens.ts';

/** The policy of a CSMS that has `faults`. @throws Error where a behaviour is not in the table */
export function policyOf(faults: readonly Fault[]): Partial<CsmsPolicy> {
  return Object.assign(
    {},
    ...faults.flatMap(({ behaviour }) => {
      if (behaviour === undefined) return [];
      const policy = csmsBehaviours[behaviour];
      if (policy === undefined) throw new Error(`no behaviour '${behaviour}' in the fault table`);
      return [policy];
    }),
  );
}

/** A driver that talks to the model directly. */
export function modelDriver(csms: Csms): Driver {
  return {
    name: 'reference',
    verbatim: true,
    can: () => true,
    async perform({ station, action, payload }) {
      const sent = await csms.send(station, action, payload);
      if (!sent.reached) throw new DriverError(sent.why, `${station} is ${sent.why}`);
      return { confirmed: true, response: sent.reply.payload };
    },
    async createToken({ idToken, type, status, groupId }) {
      csms.store.putToken({ idToken, type, status, ...(groupId !== undefined && { groupId }) });
    },
    async close() {},
  };
}

/** The station that the in-memory reference knows and accepts. */
const IDENTITY = 'CP01';

export interface InMemoryReference {
  readonly clock: VirtualClock;
  readonly csms: Csms;
  readonly environment: Environment;
}

/** A fresh reference with `faults`, and the environment in which a case judges it. */
export function csmsInMemory(
  version: OcppVersion,
  schemas: MessageSchemas,
  faults: readonly Fault[] = [],
): InMemoryReference {
  const clock = new VirtualClock();
  const csms = new Csms({
    clock,
    schemas,
    versions: [version],
    policy: policyOf(faults),
    wrap: (transport) => faulty(transport, faults, clock),
  });
  for (const token of referenceTokens) csms.store.putToken(token);
  csms.store.station(IDENTITY);
  csms.store.station(heldStations.pending).registration = 'Pending';
  csms.store.station(heldStations.rejected).registration = 'Rejected';
  const sut: SystemUnderTest = {
    role: 'csms',
    ocpp: [version],
    url: `ws://reference${csms.path}`,
    securityProfile: 0,
    identities: [{ id: IDENTITY }],
    without: [],
    tokens: {},
    stations: heldStations,
    station: { vendorName: 'plugproof', model: 'station', serialNumber: 'PP0001' },
    timeoutMs: 30_000,
    clockToleranceS: 60,
  };
  let ids = 0;
  const environment: Environment = {
    sut,
    clock,
    schemas,
    dialer: memoryDialer(csms, clock),
    basePath: csms.path,
    headers: {},
    driver: modelDriver(csms),
    seed: 1,
    strict: true,
    nextId: () => `pp-${++ids}`,
    borrowTokens: async () => () => {},
  };
  return { clock, csms, environment };
}
