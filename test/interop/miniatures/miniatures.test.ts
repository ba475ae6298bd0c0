/** Shows that each wrong back office is wrong in its one way, and in no other. */

import { createRequire } from 'node:module';
import { join } from 'node:path';
import { expect } from 'chai';
import type { Json, JsonObject } from '../control.ts';
import { type Counterpart, type OcppVersion, startCounterpart, versionsOf } from '../counterpart.ts';
import { flows } from '../smoke-flows.ts';
import { post, SmokeStation } from '../smoke-station.ts';
import { workDir } from '../work-dir.ts';
import { alter } from './altering.ts';
import { actionsOf, yes } from './answers.ts';
import type { KindName } from './kinds.ts';
import { samples } from './samples.ts';

interface Validator {
  subprotocol: string;
  /** Throws when the payload is not what the schema says. */
  validate(id: string, payload: Json): void;
}

// A foreign judge: the OCPP schemas as ocpp-rpc carries them (`install.ts ocpp-rpc`).
const require = createRequire(join(workDir, 'ocpp-rpc', 'package.json'));
const validators = require('ocpp-rpc/lib/standard-validators') as Validator[];
const schemas: Record<OcppVersion, { $id: string }[]> = {
  '1.6': require('ocpp-rpc/lib/schemas/ocpp1_6.json'),
  '2.0.1': require('ocpp-rpc/lib/schemas/ocpp2_0_1.json'),
};

function valid(ocpp: OcppVersion, id: string, payload: Json): void {
  const validator = validators.find(({ subprotocol }) => subprotocol === `ocpp${ocpp}`);
  if (!validator) throw new Error(`no schemas for ${ocpp}`);
  validator.validate(id, payload);
}

function leaves(value: Json, path = ''): [string, Json][] {
  if (typeof value !== 'object' || value === null) return [[path, value]];
  return Object.entries(value).flatMap(([name, inner]) => leaves(inner, `${path}/${name}`));
}

for (const ocpp of versionsOf('yes-man')) {
  describe(`miniatures, OCPP ${ocpp}: what they say`, () => {
    const actions = schemas[ocpp].map(({ $id }) => $id.slice('urn:'.length).split('.')[0] ?? '');

    it('the yes-man has a schema-valid yes for every action', () => {
      expect(actionsOf(ocpp)).to.have.members([...new Set(actions)]);
      for (const action of actionsOf(ocpp)) {
        const request = samples[ocpp].find(([name]) => name === action)?.[1] ?? {};
        const answer = yes(ocpp, action, request);
        // Without their request these four have an empty list, which the schemas refuse.
        if (Object.values(answer).some((value) => Array.isArray(value) && value.length === 0))
          expect(request).to.be.empty;
        else valid(ocpp, `urn:${action}.conf`, answer);
        expect(JSON.stringify(answer)).not.to.match(/Rejected|Failed|Unknown|NotSupported/);
      }
      expect(yes(ocpp, 'NoSuchAction', {})).to.deep.equal({});
    });

    for (const [action, payload] of samples[ocpp])
      it(`the altering yes-man changes every value of a ${action}, and it stays valid`, () => {
        valid(ocpp, `urn:${action}.req`, payload);
        const altered = alter(ocpp, payload);
        valid(ocpp, `urn:${action}.req`, altered);
        const before = leaves(payload);
        const after = leaves(altered);
        expect(after.map(([path]) => path)).to.deep.equal(before.map(([path]) => path));
        for (const [index, [path, value]] of before.entries()) expect(after[index]?.[1], path).not.to.equal(value);
      });
  });

  describe(`miniatures, OCPP ${ocpp}: what they do`, function () {
    this.timeout(20_000);
    let office: Counterpart;
    let station: SmokeStation;

    const start = async (kind: KindName, delayMs?: number) => {
      office = await startCounterpart(kind, { ocpp, ...(delayMs !== undefined && { delayMs }) });
      station = await SmokeStation.connect(office.url, 'MINI', [`ocpp${ocpp}`]);
    };
    const triggered = async (payload: JsonObject) => {
      const reply = post(office.control, `${ocpp}/MINI/call/Reset`, payload);
      const call = await station.next();
      station.send(JSON.stringify([3, call?.[1] ?? '', { status: 'Accepted' }]));
      expect((await reply).status).to.equal(200);
      return call?.slice(2);
    };
    afterEach(async () => {
      await station.close();
      await office.stop();
    });

    it('yes-man', async () => {
      await start('yes-man');
      const flow = flows[ocpp];
      expect((await flow.boot(station)).status).to.equal('Accepted');
      await post(office.control, 'create-token', { token_id: 'T-BLOCKED', status: 'Blocked' });
      expect(await flow.authorize(station, 'T-BLOCKED')).to.equal('Accepted -');
      expect((await flow.start(station, 'T')).status).to.equal('Accepted');
      expect((await flow.start(station, 'T')).status).to.equal('Accepted');
      expect(await station.call('NoSuchAction', {})).to.deep.equal([3, 'smoke-5', {}]);
      expect(await triggered(flow.reset)).to.deep.equal(['Reset', flow.reset]);
    });

    it('yes-man-altering', async () => {
      await start('yes-man-altering');
      expect((await flows[ocpp].boot(station)).status).to.equal('Accepted');
      const other = ocpp === '1.6' ? { type: 'Soft' } : { type: 'OnIdle' };
      expect(await triggered(flows[ocpp].reset)).to.deep.equal(['Reset', other]);
    });

    it('mute', async () => {
      await start('mute');
      station.send('[2,"m","Heartbeat",{}]');
      // The trigger's CALL comes first: what was sent before it got no answer.
      expect(await triggered(flows[ocpp].reset)).to.deep.equal(['Reset', flows[ocpp].reset]);
    });

    it('empty', async () => {
      await start('empty');
      expect(await station.call('BootNotification', {})).to.deep.equal([3, 'smoke-1', {}]);
    });

    it('wrong-id', async () => {
      await start('wrong-id');
      const answer = await station.call('Heartbeat', {});
      expect(answer?.[0]).to.equal(3);
      expect(answer?.[1]).to.be.a('string').and.not.equal('smoke-1');
      expect(answer?.[2]).to.have.property('currentTime');
    });

    it('closer', async () => {
      await start('closer');
      expect(await station.call('Heartbeat', {})).to.equal(undefined);
      expect(station.closeCode).to.equal(1000);
    });

    it('call-error', async () => {
      await start('call-error');
      expect((await station.call('Heartbeat', {}))?.slice(0, 3)).to.deep.equal([4, 'smoke-1', 'InternalError']);
    });

    it('late', async () => {
      await start('late', 300);
      const asked = performance.now();
      expect(await station.ask('Heartbeat', {})).to.have.property('currentTime');
      expect(performance.now() - asked).to.be.at.least(295);
    });
  });
}
