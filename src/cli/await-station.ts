/** The way to a charger under test: a listener that awaits it, and the hands at it. */
import { randomBytes } from 'node:crypto';
import type { MessageSchemas } from '../../schemas/types.ts';
import { realClock } from '../clock.ts';
import { makeReception } from '../judge/cast.ts';
import { Doors } from '../judge/door.ts';
import type { StationEnvironment } from '../judge/run-case.ts';
import { forVersion } from '../judge/test-case.ts';
import type { Plan } from '../run/plan.ts';
import { type Actuator, gestures } from '../sut/actuators/actuator.ts';
import { createActuator } from '../sut/actuators/index.ts';
import type { Settings } from '../sut/config/settings.ts';
import { UsageError } from '../usage-error.ts';
import { IDLE_MS } from '../wire/dead-man.ts';
import type { Face } from '../wire/transport.ts';
import { type Listening, type ListenOptions, listen } from '../wire/ws-server.ts';

export interface AwaitedStation {
  /** Where the station connects, without the identity. */
  readonly url: string;
  readonly environment: () => StationEnvironment;
  /** Says first where the run will leave much unjudged. */
  notes(plan: Plan): string[];
  close(): Promise<void>;
}

/** Declared by who lets the security profile of a charger be raised for good. */
const PROFILE_UPGRADE = 'profile-upgrade';

/** Long enough for a close to reach the station before the socket is gone. */
const FAREWELL_MS = 50;

/** Listens at the address of the settings. @throws UsageError where it can't be had */
export async function awaitStation(settings: Settings, schemas: MessageSchemas, seed: number): Promise<AwaitedStation> {
  const { sut, strict, server, sample, owned } = settings;
  const actuator = await createActuator(settings.actuator);
  const run = randomBytes(6).toString('hex');
  let ids = 0;
  const nextId = () => `${run}-${++ids}`;
  const reception = makeReception(
    {
      versions: sut.ocpp,
      identities: sut.identities.map(({ id }) => id),
      doors: new Doors((identity) => ({
        profile: sut.securityProfile,
        password: sut.identities.find(({ id }) => id === identity)?.password ?? server.password,
      })),
      ...(sut.server && { shows: (face: Face | undefined) => listening.show(face) }),
      elsewhere: async () => {
        other ??= await listen(reception, { ...options, port: 0 });
        return other.port;
      },
    },
    { clock: realClock, timeoutMs: sut.timeoutMs, nextId },
  );
  const { host, port } = sut.listen ?? { host: '127.0.0.1', port: 0 };
  // A charger that is to be raised to profile 3 shows its certificate later.
  const asks = sut.securityProfile === 3 || sut.features?.includes(PROFILE_UPGRADE) === true;
  const trusted = sut.clientCa;
  let other: Listening | undefined;
  const options: ListenOptions = {
    host,
    port,
    // A charger that is told to raise its security profile comes back to the same address.
    plainToo: sut.securityProfile < 2,
    idleMs: IDLE_MS,
    brokenOff: (end, from) => reception.brokenOff(end, from),
    ...(sut.server && {
      tls: { ...sut.server, requestCert: asks, forgives: () => true, ...(trusted !== undefined && { ca: trusted }) },
    }),
  };
  const listening: Listening = await listen(reception, options).catch((cause: NodeJS.ErrnoException) => {
    throw new UsageError(`--listen: can't listen on ${host}:${port}: ${cause.message}`);
  });
  const environment: StationEnvironment = {
    sut,
    clock: realClock,
    schemas,
    seed,
    strict,
    owned,
    ...(sample !== undefined && { sample }),
    nextId,
    reception,
    actuator,
  };
  return {
    url: listening.origin,
    environment: () => environment,
    notes: (plan) => handNotes(plan, actuator),
    close: async () => {
      reception.end();
      await realClock.sleep(FAREWELL_MS);
      await listening.close();
      await other?.close();
      await actuator.close();
    },
  };
}

function handNotes(plan: Plan, actuator: Actuator): string[] {
  const unable = plan.items.filter(({ spec, version }) =>
    (forVersion(spec.needs, version) ?? []).some((need) => gestures.some((one) => one === need && !actuator.can(one))),
  );
  if (unable.length === 0) return [];
  const who = actuator.name === 'none' ? 'no actuator' : `the actuator '${actuator.name}' can't make every gesture`;
  return [`${who}: ${unable.length} of ${plan.items.length} cases need hands and can't be judged; see --actuator`];
}
