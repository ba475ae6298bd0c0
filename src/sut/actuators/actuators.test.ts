/** Every actuator: what it sends for a gesture, and what it says when it can not make one. */
import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { PassThrough } from 'node:stream';
import { expect } from 'chai';
import type { ActuatorSettings } from '../drivers/settings.ts';
import { type Gesture, type GestureRequest, gestures } from './actuator.ts';
import { createActuator } from './index.ts';

const never = new AbortController().signal;
const request = (gesture: Gesture, more: Partial<GestureRequest> = {}): GestureRequest => ({
  gesture,
  station: 'CP 1',
  version: '1.6',
  evseId: 2,
  connectorId: 1,
  ...more,
});
const token = { idToken: 'AB CD', type: 'ISO14443' };

const settings = (own: Partial<ActuatorSettings>): ActuatorSettings => ({
  name: 'none',
  gestures: {},
  timeoutMs: 5_000,
  dir: process.cwd(),
  ...own,
});

async function failure(work: Promise<unknown>): Promise<string> {
  try {
    await work;
  } catch (cause) {
    return cause instanceof Error ? cause.message : String(cause);
  }
  return 'it worked';
}

describe('actuators over HTTP', () => {
  let server: Server;
  let url: string;
  let status = 200;
  const seen: { method: string; target: string; body: string; length: string | undefined }[] = [];

  before(async () => {
    server = createServer((message: IncomingMessage, response) => {
      const chunks: Buffer[] = [];
      message.on('data', (chunk: Buffer) => chunks.push(chunk));
      message.on('end', () => {
        const { method = '', url: target = '', headers } = message;
        seen.push({ method, target, body: Buffer.concat(chunks).toString(), length: headers['content-length'] });
        response.writeHead(status).end('{}');
      });
    });
    await new Promise<void>((resolve) => {
      server.listen(0, '127.0.0.1', resolve);
    });
    url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  });
  after(() => {
    server.closeAllConnections();
    server.close();
  });
  beforeEach(() => {
    seen.length = 0;
    status = 200;
  });

  it('sut-api asks as the certification tool does, with a body however empty', async () => {
    const actuator = await createActuator(settings({ name: 'sut-api', url }));
    await actuator.perform(request('plugIn'), never);
    await actuator.perform(request('plugHalfway'), never);
    await actuator.perform(request('presentToken', { token }), never);
    await actuator.perform(request('raiseFault'), never);
    await actuator.perform(request('state', { state: { name: 'unlockFailed', on: true } }), never);
    await actuator.perform(request('driveIn'), never);
    await actuator.perform(request('powerCycle'), never);
    expect(seen.map(({ method, target }) => `${method} ${target}`)).to.deep.equal([
      'POST /api/v1/plugin?evse_id=2&connector_id=1',
      'POST /api/v1/plugin?evse_id=2&connector_id=1&halfway=true',
      'POST /api/v1/authorize?id=AB+CD&type=ISO14443&evse_id=2&connector_id=1',
      'POST /api/v1/state?faulted=true&evse_id=2&connector_id=1',
      'POST /api/v1/state?unlock_failed=true&evse_id=2&connector_id=1',
      'POST /api/v1/parkingbay?occupied=true',
      'POST /api/v1/reboot',
    ]);
    expect(new Set(seen.map(({ length }) => length))).to.deep.equal(new Set(['0']));
    expect(actuator.can('removeToken')).to.equal(false);
  });

  it('sut-api keeps a path that the address has', async () => {
    const actuator = await createActuator(settings({ name: 'sut-api', url: `${url}/api` }));
    await actuator.perform(request('plugOut'), never);
    expect(seen[0]?.target).to.equal('/api/plugout?evse_id=2&connector_id=1');
  });

  it('reference sends the gesture to its station', async () => {
    const actuator = await createActuator(settings({ name: 'reference', url }));
    await actuator.perform(request('presentToken', { token }), never);
    expect(seen).to.deep.equal([
      {
        method: 'POST',
        target: '/stations/CP%201/presentToken',
        body: '{"evseId":2,"connectorId":1,"idToken":"AB CD","type":"ISO14443"}',
        length: '64',
      },
    ]);
  });

  it('http makes the requests of its mapping, and only the gestures that it has', async () => {
    const actuator = await createActuator(
      settings({
        name: 'http',
        url,
        gestures: {
          plugIn: { request: 'PUT /plugs/{{evseId}}?id={{station}}', body: { plugged: true } },
          presentToken: { request: 'POST /tags', body: { tag: '{{token.idToken}}' } },
        },
      }),
    );
    await actuator.perform(request('plugIn'), never);
    await actuator.perform(request('presentToken', { token }), never);
    expect(seen.map(({ method, target, body }) => `${method} ${target} ${body}`)).to.deep.equal([
      'PUT /plugs/2?id=CP%201 {"plugged":true}',
      'POST /tags {"tag":"AB CD"}',
    ]);
    expect(gestures.filter((gesture) => actuator.can(gesture))).to.deep.equal(['plugIn', 'presentToken']);
  });

  it('says what the API says where a gesture fails', async () => {
    status = 503;
    for (const name of ['reference', 'sut-api'] as const) {
      const actuator = await createActuator(settings({ name, url }));
      expect(await failure(actuator.perform(request('plugIn'), never))).to.match(/plugIn: HTTP 503/);
    }
    status = 401;
    const actuator = await createActuator(settings({ name: 'reference', url }));
    expect(await failure(actuator.perform(request('plugIn'), never))).to.include('actuator.auth');
  });
});

describe('the actuator command', () => {
  const script = (code: string) => [process.execPath, '-e', code];

  it('runs the program with the gesture on its input and in its arguments', async () => {
    const code = `let t='';process.stdin.on('data',(c)=>{t+=c}).on('end',()=>{const g=JSON.parse(t);process.exit(g.gesture==='plugIn'&&g.evseId===2&&process.argv[1]==='CP 1'?0:9)})`;
    const actuator = await createActuator(settings({ name: 'command', command: [...script(code), '{{station}}'] }));
    await actuator.perform(request('plugIn'), never);
    expect(await failure(actuator.perform(request('plugOut'), never))).to.include('exit code 9');
  });

  it('takes exit code 3 for "can not be done", and the last line for the reason', async () => {
    const actuator = await createActuator(
      settings({
        name: 'command',
        gestures: { plugIn: { command: script("console.error('no arm');process.exit(3)") } },
      }),
    );
    expect(await failure(actuator.perform(request('plugIn'), never))).to.match(/can't do it: no arm/);
    expect(actuator.can('plugOut')).to.equal(false);
  });

  it('is not asked again for a gesture that it can never make, and is for one of another EVSE', async () => {
    const actuator = await createActuator(settings({ name: 'command', command: script('process.exit(3)') }));
    await failure(actuator.perform(request('plugIn'), never));
    expect(actuator.can('plugIn')).to.equal(true);
    await failure(actuator.perform({ ...request('plugIn'), evseId: 1 }, never));
    await failure(
      actuator.perform({ ...request('state'), evseId: 1, state: { name: 'unlockFailed', on: true } }, never),
    );
    expect([actuator.can('plugIn'), actuator.can('state'), actuator.can('plugOut')]).to.deep.equal([false, true, true]);
  });
});

describe('the actuator prompt', () => {
  it('asks a person, with what has to be done and the token', async () => {
    const input = Object.assign(new PassThrough(), { isTTY: true as const });
    const output = new PassThrough();
    const actuator = await createActuator(settings({ name: 'prompt' }), { terminal: { input, output } });
    const done = actuator.perform(request('presentToken', { token }), never);
    input.write('\n');
    await done;
    expect(String(output.read())).to.match(/At the charger CP 1, EVSE 2: present the token[\s\S]*token = AB CD/);
    const refused = actuator.perform(request('plugIn'), never);
    input.write('c\n');
    expect(await failure(refused)).to.include('can not be done');
    expect(actuator.anyToken).to.equal(false);
  });

  it('can do nothing where there is no terminal', async () => {
    const actuator = await createActuator(settings({ name: 'prompt' }), {
      terminal: { input: new PassThrough(), output: new PassThrough() },
    });
    expect(actuator.can('plugIn')).to.equal(false);
  });
});

describe('settings of actuators', () => {
  const wrong: readonly [name: string, own: Partial<ActuatorSettings>, says: RegExp][] = [
    ['no address', { name: 'sut-api' }, /--actuator-url/],
    ['no gestures', { name: 'http', url: 'http://x' }, /actuator\.gestures/],
    ['no program', { name: 'command' }, /actuator\.command/],
    [
      'an unknown gesture',
      { name: 'http', url: 'http://x', gestures: { plugin: { request: 'POST /x' } } },
      /Did you mean 'plugIn'/,
    ],
  ];
  for (const [name, own, says] of wrong) {
    it(`are told to have ${name}`, async () => expect(await failure(createActuator(settings(own)))).to.match(says));
  }
});
