/** What nobody need tell of the reference CSMS: stations that it holds back, rare features, its other addresses. */
import { randomBytes } from 'node:crypto';
import { heldStations, referenceFeatures } from '../reference/stations.ts';
import type { Settings } from '../sut/config/settings.ts';
import type { Endpoint, SystemUnderTest } from '../sut/system-under-test.ts';

type Door = Pick<Endpoint, 'url' | 'securityProfile'>;

/** The settings, with what is known where the driver is `reference`. */
export async function knowingTheReference(settings: Settings): Promise<Settings> {
  const { driver } = settings;
  if (driver.name !== 'reference') return settings;
  const doors = driver.url === undefined ? [] : await doorsOf(driver.url);
  const suts = settings.suts.map((sut) => ({
    ...sut,
    stations: { ...heldStations, spare: sut.ocpp.map(() => freshStation()), ...sut.stations },
    features: sut.features ?? referenceFeatures,
    endpoints: sut.endpoints ?? doors.filter((door) => isOpen(door, sut)).map((door) => ({ ...door, ...shown(sut) })),
  }));
  return { ...settings, suts };
}

/** One that no run has spent. */
const freshStation = (): string => `SPARE-${randomBytes(4).toString('hex')}`;

const shown = ({ identities }: SystemUnderTest) => ({ identities });

/** Another door than that of the run, for which the run has what a station shows there. */
function isOpen({ url, securityProfile }: Door, sut: SystemUnderTest): boolean {
  if (url === sut.url || (url.startsWith('wss:') && sut.ca === undefined)) return false;
  const withPassword = (profile: number) => profile === 1 || profile === 2;
  return (
    securityProfile === sut.securityProfile || (withPassword(securityProfile) && withPassword(sut.securityProfile))
  );
}

/** Milliseconds that it may take to tell its addresses. */
const DOORS_MS = 2_000;

/** The addresses of a reference; none where it does not tell: what is wrong with its address shows when it is needed. */
async function doorsOf(control: string): Promise<readonly Door[]> {
  try {
    const answer = await fetch(`${control.replace(/\/$/, '')}/endpoints`, { signal: AbortSignal.timeout(DOORS_MS) });
    const body: unknown = await answer.json();
    return Array.isArray(body) ? body.filter(isDoor) : [];
  } catch {
    return [];
  }
}

const isDoor = (value: unknown): value is Door =>
  value !== null &&
  typeof value === 'object' &&
  'url' in value &&
  typeof value.url === 'string' &&
  /^wss?:\/\//.test(value.url) &&
  URL.canParse(value.url) &&
  'securityProfile' in value &&
  [0, 1, 2, 3].includes(Number(value.securityProfile));
