/** Security of a charger over real sockets: what the proof shows in memory, real TLS shows again. */
import { expect } from 'chai';
import { loadMessageSchemas } from '../../schemas/ocpp.ts';
import { realClock } from '../../src/clock.ts';
import { ORGANIZATION } from '../../src/csms/csms.ts';
import { makeReception } from '../../src/judge/cast.ts';
import { Doors } from '../../src/judge/door.ts';
import type { Fault } from '../../src/judge/fault.ts';
import { type CaseOutcome, runCase } from '../../src/judge/run-case.ts';
import { type CaseSpec, faultsOf } from '../../src/judge/test-case.ts';
import { seededRandom } from '../../src/random.ts';
import { wireSlipsOf } from '../../src/reference/behaviours.ts';
import { passwordOf } from '../../src/reference/passwords.ts';
import { ReferencePki } from '../../src/reference/pki.ts';
import { handsOn, RunningStation } from '../../src/reference/running-station.ts';
import { socketsOf } from '../../src/reference/station-tls.ts';
import type { SystemUnderTest } from '../../src/sut/system-under-test.ts';
import { type Listening, type ListenOptions, listen } from '../../src/wire/ws-server.ts';
import access from '../../suites/station/access.ts';
import door from '../../suites/station/door.ts';
import networkRoots from '../../suites/station/network.roots.v2.ts';
import hiddenKey from '../../suites/station/renewal.key.ts';
import renewal from '../../suites/station/renewal.ts';
import cutTls from '../../suites/station/tls.cut.ts';
import helloTls from '../../suites/station/tls.hello.ts';
import tls from '../../suites/station/tls.ts';
import wrongTls from '../../suites/station/tls.wrong.ts';

const VERSION = '2.0.1';
const IDENTITY = 'CP01';
const TIMEOUT_MS = 2_000;
const schemas = loadMessageSchemas();

/** One case against a reference station that dials over TLS, in a security profile. */
async function judge(
  spec: CaseSpec,
  profile: 1 | 2 | 3,
  pki: ReferencePki,
  faults: readonly Fault[],
): Promise<CaseOutcome> {
  let ids = 0;
  const nextId = () => `e2e-${++ids}`;
  const faces = await Promise.all([pki.server('ec'), pki.server('rsa')]);
  const server = { cert: faces.map(({ cert }) => cert), key: faces.map(({ key }) => key) };
  const { authority } = pki;
  const password = passwordOf(IDENTITY, VERSION);
  let listening: Listening | undefined;
  const reception = makeReception(
    {
      versions: [VERSION],
      identities: [IDENTITY],
      doors: new Doors(() => ({ profile, password })),
      shows: (face) => listening?.show(face),
      elsewhere: async () => {
        other ??= await listen(reception, options);
        return other.port;
      },
    },
    { clock: realClock, timeoutMs: TIMEOUT_MS, nextId },
  );
  const options: ListenOptions = {
    host: '127.0.0.1',
    port: 0,
    plainToo: true,
    tls: { ...server, ca: authority.cert, requestCert: profile === 3, forgives: () => true },
    brokenOff: (end, from) => reception.brokenOff(end, from),
  };
  listening = await listen(reception, options);
  let other: Listening | undefined;
  const url = new URL(`wss://localhost:${listening.port}/ocpp`);
  const station: RunningStation = new RunningStation({
    setup: {
      identity: IDENTITY,
      version: VERSION,
      evses: 2,
      configuration: {
        'SecurityCtrlr.OrganizationName': ORGANIZATION,
        'OCPPCommCtrlr.RetryBackOffWaitMinimum': '1',
        'OCPPCommCtrlr.RetryBackOffRandomRange': '0',
        'OCPPCommCtrlr.RetryBackOffRepeatTimes': '2',
      },
      credentials: {
        profile,
        password,
        roots: [authority.cert],
        ...(profile === 3 && { certificate: await pki.station(IDENTITY) }),
      },
    },
    dialer: (given, slips) =>
      socketsOf(given, url, TIMEOUT_MS, slips, { slips: wireSlipsOf(faults), die: () => station.die() }),
    basePath: '/ocpp',
    clock: realClock,
    schemas,
    random: seededRandom(Date.now(), IDENTITY),
    faults,
  });
  station.start();
  const sut: SystemUnderTest = {
    role: 'station',
    ocpp: [VERSION],
    listen: { host: '127.0.0.1', port: listening.port },
    securityProfile: profile,
    identities: [{ id: IDENTITY, password }],
    clientCa: authority.cert,
    clientAuthority: authority,
    serverAuthority: authority,
    server,
    without: [],
    tokens: {},
    stations: {},
    files: {},
    station: { vendorName: 'plugproof', model: 'station', serialNumber: 'PP0001' },
    timeoutMs: TIMEOUT_MS,
    clockToleranceS: 60,
  };
  try {
    return await runCase(spec, VERSION, IDENTITY, {
      sut,
      clock: realClock,
      schemas,
      seed: 1,
      strict: true,
      nextId,
      reception,
      actuator: handsOn(station),
    });
  } finally {
    station.end();
    reception.end();
    await listening.close();
    await other?.close();
  }
}

/** What only memory can show: our certificates are made for it, or all patience would be waited out. */
const UNSEEN: ReadonlySet<string> = new Set([
  'boots-once',
  'trusts-no-chains',
  'shows-weak-certificate',
  'shows-certificate-of-nobody',
  'shows-certificate-of-address',
]);
/** Of a suite, the cases that are short enough for real time. */
const some = (all: readonly CaseSpec[], ...ids: readonly string[]) => all.filter(({ id }) => ids.includes(id));

describe('security of a charger over real sockets', function () {
  this.timeout(180_000);
  let pki: ReferencePki;
  before(async () => {
    pki = await ReferencePki.create(Date.now());
  });
  const brief = some(tls.cases, 'station/tls/right-certificate', 'station/tls/chain');
  const own = some(tls.cases, 'station/tls/client-certificate');
  const answered = some(door.cases, 'station/door/wrong-answers');
  const long = [
    ...some(wrongTls.cases, 'station/tls/wrong-certificate'),
    ...some(helloTls.cases, 'station/tls/compression'),
    ...some(cutTls.cases, 'station/tls/cut-in-answer'),
    ...some(networkRoots.cases, 'station/network/migrate-root'),
  ];
  const cases: readonly (readonly [1 | 2 | 3, readonly CaseSpec[]])[] = [
    [1, [...access.cases, ...answered]],
    [2, [...brief, ...long]],
    [3, [...own, ...some(renewal.cases, 'station/renewal/renewed'), ...hiddenKey.cases]],
  ];
  for (const [profile, specs] of cases) {
    for (const spec of specs) {
      it(`${spec.id} in profile ${profile}: the reference passes, and each fault trips its check`, async () => {
        const right = await judge(spec, profile, pki, []);
        expect(right.verdict, `${right.reason}`).to.equal('pass');
        const missed: string[] = [];
        if ([...answered, ...long].includes(spec)) return;
        for (const check of Object.keys(spec.checks)) {
          // One fault for each check: the proof has them all.
          const [fault] = faultsOf(spec, check, VERSION).filter(({ name }) => !UNSEEN.has(name));
          if (fault === undefined || fault.name === 'gives-up-after-distrust') continue;
          const outcome = await judge(spec, profile, pki, [fault]);
          const verdict = outcome.checks.find(({ id }) => id === check)?.verdict;
          if (verdict !== 'fail') missed.push(`${check} with ${fault.name}: ${verdict}; ${outcome.reason}`);
        }
        expect(missed).to.deep.equal([]);
      });
    }
  }
});
