/** The doctor: every line that it can say about a machine and about an endpoint. */
import { expect } from 'chai';
import { type Listening, listen } from '../wire/ws-server.ts';
import { type DoctorOptions, doctor, type Finding, type Machine, type Patient, patientOf } from './doctor.ts';
import { EXPIRED, GOOD, KEY } from './doctor-tls.test.ts';

const LIMITS =
  'Limit                     Soft Limit           Hard Limit           Units\nMax open files            1024                 20000                files\n';

const machine = (more: Partial<Machine> & { files?: Readonly<Record<string, string>> } = {}): Machine => ({
  nodeVersion: 'v20.20.2',
  read: (path) =>
    ({
      '/proc/self/limits': LIMITS,
      '/proc/sys/net/ipv4/ip_local_port_range': '32768\t60999\n',
      '/proc/sys/net/core/somaxconn': '4096\n',
      ...more.files,
    })[path],
  run: async () => 'k6 v1.8.1 (go1.26, linux/amd64)\n',
  writeFault: () => undefined,
  ...more,
});

async function lines(options: DoctorOptions): Promise<string[]> {
  const found: string[] = [];
  for await (const { level, says, fix } of doctor(options))
    found.push(`${level}: ${says}${fix === undefined ? '' : ` / ${fix}`}`);
  return found;
}
/** The one line that `more` changes. */
const changed = async (more: Parameters<typeof machine>[0], options: DoctorOptions = {}) => {
  const before = await lines({ machine: machine() });
  return (await lines({ ...options, machine: machine(more) })).filter((line) => !before.includes(line));
};

describe('doctor, the machine', () => {
  it('finds a good machine good', async () => {
    expect(
      await lines({
        machine: machine(),
        checkSchemas: () => ({ checked: 300, faults: [] }),
        checkConfig: () => 'plugproof.yaml',
        out: 'runs',
      }),
    ).to.deep.equal([
      'ok: Node.js v20.20.2',
      'ok: 300 OCPP schemas are the official ones',
      'ok: plugproof.yaml is valid',
      'ok: reports can be written to runs',
      'ok: 20000 open files: enough for 1000 stations',
      'ok: 28232 local ports (32768 to 60999): enough for 1000 stations at one address',
      'ok: 4096 connections may wait to be accepted (somaxconn)',
      'ok: k6 1.8.1',
    ]);
  });

  it('knows which Node.js will do', async () => {
    for (const good of ['v20.19.0', 'v22.12.0', 'v24.0.0'])
      expect(await changed({ nodeVersion: good })).to.deep.equal([`ok: Node.js ${good}`]);
    for (const bad of ['v18.20.0', 'v20.18.9', 'v21.9.0', 'v22.11.0']) {
      expect(await changed({ nodeVersion: bad })).to.deep.equal([
        `fail: Node.js ${bad} is too old / Install Node.js 20.19 or later of the 20s, or 22.12 or later.`,
      ]);
    }
  });

  it('tells what is wrong with schemas, configuration and folder', async () => {
    const fix = 'Install plugproof again, or give your own copy with --schemas.';
    expect(await changed({}, { checkSchemas: () => ({ checked: 9, faults: ['a', 'b', 'c', 'd'] }) })).to.deep.equal([
      `fail: 4 of 9 OCPP schemas are not the official ones: a; b; c / ${fix}`,
    ]);
    const broken = () => {
      throw new Error('why');
    };
    expect(await changed({}, { checkSchemas: broken })).to.deep.equal([
      `fail: the OCPP schemas can't be read: why / ${fix}`,
    ]);
    expect(await changed({}, { checkConfig: broken })).to.deep.equal([
      "fail: the configuration is not valid\nwhy / Mend it; 'plugproof schema config' prints its schema for your editor.",
    ]);
    expect(await changed({}, { checkConfig: () => undefined })).to.deep.equal([
      'ok: no plugproof.yaml: everything comes from the command line',
    ]);
    expect(await changed({ writeFault: () => 'no' })).to.deep.equal([
      "fail: reports can't be written to plugproof-runs: no / Give another folder with --out, or the permission to write there.",
    ]);
  });

  it('tells which limits are too low', async () => {
    const [files, ports] = await changed({}, { stations: 30_000 });
    expect(files).to.equal(
      'warn: 20000 open files are too few for 30000 stations / Raise the limit: ulimit -n 30100, or LimitNOFILE= of the service, or nofile in /etc/security/limits.conf.',
    );
    expect(ports).to.equal(
      'warn: 28232 local ports are too few for 30000 stations at one address / Widen the range: sysctl -w net.ipv4.ip_local_port_range="1024 65535", or spread the load over several machines.',
    );
    expect(await changed({ files: { '/proc/sys/net/core/somaxconn': '128\n' } })).to.deep.equal([
      'warn: only 128 connections may wait to be accepted (somaxconn) / For a server on this machine: sysctl -w net.core.somaxconn=4096.',
    ]);
    expect(await changed({ files: { '/proc/self/limits': LIMITS.replace('20000', 'unlimited') } })).to.deep.equal([
      'ok: unlimited open files: enough for 1000 stations',
    ]);
  });

  it('says nothing of limits that the system does not tell', async () => {
    expect(await lines({ machine: machine({ read: () => undefined }) })).to.deep.equal([
      'ok: Node.js v20.20.2',
      'ok: reports can be written to plugproof-runs',
      'ok: k6 1.8.1',
    ]);
  });

  it('looks for k6', async () => {
    const k6 = (printed: string | undefined) => changed({ run: async () => printed });
    expect((await k6(undefined))[0]).to.match(/^warn: k6 is not installed \/ k6 is needed for 'load --engine k6' only/);
    expect((await k6('k6 v1.5.9'))[0]).to.equal('warn: k6 1.5.9 is too old / Install k6 1.6 or later.');
    expect((await k6('k6 v2.2.0 (x)'))[0]).to.equal('ok: k6 2.2.0');
    expect((await k6('hello'))[0]).to.match(/^warn: 'k6 version' does not tell a version/);
  });

  it('looks at the real machine without a word of complaint from the system', async () => {
    const found: Finding[] = [];
    for await (const finding of doctor({ k6: 'no-such-program-anywhere' })) found.push(finding);
    expect(found[0]).to.deep.equal({ level: 'ok', says: `Node.js ${process.version}` });
    expect(found.some(({ says }) => says === 'k6 is not installed')).to.equal(true);
  });
});

describe('doctor, the endpoint', () => {
  const open: (() => Promise<void>)[] = [];
  afterEach(async () => {
    for (const close of open.splice(0)) await close();
  });

  const patient = (url: string, more: Partial<Patient> = {}): Patient => ({
    url,
    ocpp: ['1.6'],
    identity: { id: 'CP 1' },
    station: { vendorName: 'V', model: 'M', serialNumber: 'S' },
    timeoutMs: 5_000,
    clockToleranceS: 60,
    ...more,
  });
  /** Lines about the endpoint only. */
  const examine = async (url: string, more: Partial<Patient> = {}) =>
    (await lines({ machine: machine(), patient: patient(url, more) })).slice(6);

  interface Csms {
    readonly subprotocol?: string;
    readonly status?: number;
    /** Answers to BootNotification, as they go over the wire; `ID` stands for its message id. */
    readonly answers?: readonly string[];
    readonly close?: number;
    readonly tls?: { cert: string; key: string };
    readonly seen?: (target: string, authorization: string | undefined, call: string) => void;
  }

  async function csms({ subprotocol = 'ocpp1.6', status, answers, close, tls, seen }: Csms = {}): Promise<string> {
    const now = JSON.stringify({ status: 'Accepted', currentTime: new Date().toISOString(), interval: 300 });
    const listening: Listening = await listen(
      {
        admit: () => (status === undefined ? { admit: true, subprotocol } : { admit: false, status }),
        accept(request, transport) {
          transport.attach({
            message(message) {
              seen?.(request.target, request.headers['authorization'], String(message));
              const [, id] = JSON.parse(String(message)) as [number, string];
              for (const answer of answers ?? [`[3,"ID",${now}]`]) transport.send(answer.replace('ID', id));
              if (close !== undefined) transport.close(close, 'bye');
            },
            close: () => {},
          });
        },
      },
      { host: '127.0.0.1', port: 0, ...(tls && { tls }) },
    );
    open.push(() => listening.close());
    return listening.origin;
  }
  const port = (url: string) => new URL(url).port;

  it('boots a station and looks at the clock', async () => {
    const told: string[] = [];
    const url = await csms({ seen: (target, authorization, call) => told.push(target, String(authorization), call) });
    const found = await examine(`${url}/ocpp`, { identity: { id: 'CP 1', password: Buffer.from('pw') } });
    expect(found.slice(0, 1)).to.deep.equal(['ok: 127.0.0.1 is an address: no name to resolve']);
    expect(found[1]).to.match(new RegExp(`^ok: TCP to 127\\.0\\.0\\.1:${port(url)} in \\d+ ms$`));
    expect(found.slice(2, 4)).to.deep.equal([
      'ok: OCPP 1.6: WebSocket for CP 1 with ocpp1.6',
      'ok: OCPP 1.6: BootNotification of CP 1 is Accepted',
    ]);
    expect(found[4]).to.match(/^ok: OCPP 1\.6: the clock of the CSMS is \d\.\d s (behind|ahead of) this machine$/);
    expect(told).to.deep.equal([
      '/ocpp/CP%201',
      `Basic ${Buffer.from('CP 1:pw').toString('base64')}`,
      '[2,"doctor-1","BootNotification",{"chargePointVendor":"V","chargePointModel":"M","chargePointSerialNumber":"S"}]',
    ]);
  });

  it('goes on with the next version where one is not spoken', async () => {
    const found = await examine(await csms({ subprotocol: 'ocpp2.0.1' }), { ocpp: ['1.6', '2.0.1'] });
    expect(found[2]).to.equal(
      "fail: OCPP 1.6: asked for ocpp1.6, and the CSMS chose subprotocol 'ocpp2.0.1' / Switch OCPP 1.6 on in the CSMS, or leave it out of --ocpp.",
    );
    expect(found[3]).to.equal('ok: OCPP 2.0.1: WebSocket for CP 1 with ocpp2.0.1');
    const [, , none] = await examine(await csms({ subprotocol: '' }));
    expect(none).to.contain('the CSMS chose no subprotocol');
  });

  const refusals: readonly (readonly [status: number, line: string])[] = [
    [
      401,
      'fail: OCPP 1.6: no WebSocket for CP 1: HTTP 401 Unauthorized / Check the password (--password), and that the CSMS knows CP 1.',
    ],
    [
      404,
      'fail: OCPP 1.6: no WebSocket for CP 1: HTTP 404 Not Found / Check the path of the address and the password (--password), and register station CP 1 in the CSMS, or name one that it knows with --id.',
    ],
    [
      500,
      'fail: OCPP 1.6: no WebSocket for CP 1: HTTP 500 Internal Server Error / Check that the address is the OCPP endpoint, without the identity.',
    ],
  ];
  for (const [status, line] of refusals) {
    it(`explains HTTP ${status}`, async () => {
      expect((await examine(await csms({ status })))[2]).to.equal(line);
    });
  }

  const boots: readonly (readonly [what: string, csms: Csms, line: string])[] = [
    [
      'a station that is not accepted',
      { answers: [`[3,"ID",{"status":"Pending","currentTime":"${new Date().toISOString()}","interval":1}]`] },
      'warn: OCPP 1.6: BootNotification of CP 1 is answered Pending / Register CP 1 in the CSMS: most cases need a station that is accepted.',
    ],
    [
      'a CALLERROR',
      { answers: ['[4,"ID","InternalError","",{}]'] },
      'fail: OCPP 1.6: BootNotification of CP 1: answered with [4,"doctor-1","InternalError","",{}] / Look into the log of the CSMS.',
    ],
    [
      'a close',
      { answers: [], close: 1011 },
      'fail: OCPP 1.6: BootNotification of CP 1: the connection was closed (1011 bye) / Look into the log of the CSMS.',
    ],
    [
      'a CALL before the answer',
      {
        answers: [
          '[2,"x","GetConfiguration",{}]',
          'no JSON',
          `[3,"ID",{"status":"Accepted","currentTime":"${new Date().toISOString()}"}]`,
        ],
      },
      'ok: OCPP 1.6: BootNotification of CP 1 is Accepted',
    ],
  ];
  for (const [what, how, line] of boots) {
    it(`copes with ${what}`, async () => {
      expect((await examine(await csms(how)))[3]).to.equal(line);
    });
  }

  it('copes with silence', async () => {
    expect((await examine(await csms({ answers: [] }), { timeoutMs: 200 }))[3]).to.equal(
      'fail: OCPP 1.6: BootNotification of CP 1: no answer within 200 ms / Look into the log of the CSMS.',
    );
  });

  it('notices a clock that is off, and a time that is none', async () => {
    const at = (time: unknown) =>
      csms({ answers: [`[3,"ID",${JSON.stringify({ status: 'Accepted', currentTime: time })}]`] });
    const late = await examine(await at(new Date(Date.now() - 3_600_000).toISOString()));
    expect(late[4]).to.match(
      /^warn: OCPP 1\.6: the clock of the CSMS is 3600\.\d s behind this machine \/ Set both clocks by NTP, or raise sut\.clockTolerance in plugproof\.yaml\.$/,
    );
    expect((await examine(await at('soon')))[4]).to.equal(
      'fail: OCPP 1.6: currentTime is "soon", no time / The CSMS has to answer with an RFC 3339 time.',
    );
  });

  it('knocks as the first identity of a CSMS under test', () => {
    const sut = {
      ...patient('ws://h/x'),
      role: 'csms',
      identities: [{ id: 'A' }, { id: 'B' }],
      ca: 'PEM',
      tokens: {},
      stations: {},
      without: [],
      securityProfile: 0,
    } as const;
    expect(patientOf(sut)).to.deep.equal({ ...patient('ws://h/x'), identity: { id: 'A' }, ca: 'PEM' });
    expect(patientOf({ ...sut, identities: [] })).to.equal(undefined);
  });

  it('looks at certificates', async () => {
    const good = await csms({ tls: { cert: GOOD, key: KEY } });
    const trusted = await examine(good, { ca: GOOD });
    expect(trusted[2]).to.match(/^ok: TLS: TLSv1\.3, TLS_/);
    expect(trusted[3]).to.match(
      /^ok: certificate of localhost, names DNS:localhost, IP Address:127\.0\.0\.1, issued by localhost, valid for \d+ days$/,
    );
    expect(trusted.slice(4, 6)).to.deep.equal([
      'ok: the certificate is trusted',
      'ok: OCPP 1.6: WebSocket for CP 1 with ocpp1.6',
    ]);
    const stranger = await examine(good);
    expect(stranger.slice(4)).to.deep.equal([
      'fail: the certificate is not trusted: DEPTH_ZERO_SELF_SIGNED_CERT / Give the authority that signed it with --ca, or security.ca in plugproof.yaml.',
    ]);
    const expired = await examine(await csms({ tls: { cert: EXPIRED, key: KEY } }), { ca: EXPIRED });
    expect(expired[3]).to.equal(
      'fail: certificate of localhost, names DNS:localhost, IP Address:127.0.0.1, issued by localhost: it ran out on Jan  1 00:00:00 2021 GMT / Renew the certificate of the CSMS.',
    );
  });

  it('stops where nobody listens, where nobody is called so, and where nobody speaks TLS', async () => {
    const url = await csms();
    await open.pop()?.();
    expect((await examine(url)).slice(1)).to.deep.equal([
      `fail: no TCP connection to 127.0.0.1:${port(url)}: connect ECONNREFUSED 127.0.0.1:${port(url)} / Check that the CSMS runs and that host and port are right; a firewall shows as a time-out.`,
    ]);
    const nobody = await examine('ws://no-such-host.invalid/');
    expect(nobody).to.have.length(1);
    expect(nobody[0]).to.match(
      /^fail: no-such-host\.invalid does not resolve: .* \/ Check the spelling of the host, and the name server of this machine\.$/,
    );
    const plain = (await csms()).replace('ws:', 'wss:');
    const found = await examine(plain);
    expect(found).to.have.length(3);
    expect(found[2]).to.match(
      /^fail: no TLS at 127\.0\.0\.1:\d+: \S[\w ]+ \/ Check that this port speaks TLS 1\.2 or 1\.3; write ws:\/\/ where it speaks none\.$/,
    );
  });
});
