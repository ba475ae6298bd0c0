/** Shows that each interop counterpart is what it says, before plugproof judges it: needs `install.ts` to have run. */

import { expect } from 'chai';
import type { JsonObject } from './control.ts';
import { type Counterpart, type CounterpartName, startCounterpart, versionsOf } from './counterpart.ts';
import { samples } from './miniatures/samples.ts';
import { flows } from './smoke-flows.ts';
import { type Frame, handshake, post, SmokeStation } from './smoke-station.ts';
import { STIMULI, WIRE } from './wire-table.ts';

const brief = ([type, id, code]: Frame) => `${type} ${JSON.stringify(id)}${type === 4 ? ` ${code}` : ''}`;

for (const name of ['ocpp-rpc', 'python-ocpp', 'java-oca'] satisfies CounterpartName[])
  for (const ocpp of versionsOf(name))
    describe(`interop counterpart ${name}, OCPP ${ocpp}`, function () {
      this.timeout(20_000);
      const flow = flows[ocpp];
      const wire = WIRE[name]?.[ocpp];
      let csms: Counterpart;
      let station: SmokeStation;
      let lastStation = 0;

      before(async function () {
        this.timeout(60_000);
        csms = await startCounterpart(name, { ocpp });
      });
      after(() => csms?.stop());

      const connect = (identity: string, password?: string) =>
        SmokeStation.connect(csms.url, identity, [`ocpp${ocpp}`], password);
      const identity = () => `SMOKE${lastStation}`;

      beforeEach(async () => {
        lastStation += 1;
        station = await connect(identity());
      });
      afterEach(() => station.close());

      const create = (token_id: string, status: string, group_id?: string) =>
        post(csms.control, 'create-token', { token_id, status, ...(group_id !== undefined && { group_id }) });

      it('accepts a boot and tells the time', async () => {
        const { status, currentTime, interval } = await flow.boot(station);
        expect(status).to.equal('Accepted');
        expect(interval).to.equal(300);
        expect(Date.parse(String(currentTime))).to.be.closeTo(Date.now(), 60_000);
      });

      it('authorizes the tokens as they were created', async () => {
        for (const status of ['Accepted', 'Blocked', 'Expired', 'Invalid']) {
          expect((await create(`T-${status}`, status, 'G1')).status).to.equal(200);
          expect(await flow.authorize(station, `T-${status}`)).to.equal(`${status} G1`);
        }
        await create('T-ALONE', 'Accepted');
        expect(await flow.authorize(station, 't-alone'), 'other case').to.equal('Accepted -');
        expect(await flow.authorize(station, 'T-NOBODY')).to.equal(flow.unknown);
      });

      it('keeps transactions, and refuses a token that is in one', async () => {
        await create('T-BUSY', 'Accepted');
        const first = await flow.start(station, 'T-BUSY');
        expect(first.status).to.equal('Accepted');
        const second = await flow.start(station, 'T-BUSY');
        expect(second.status).to.equal('ConcurrentTx');
        expect(second.id).not.to.equal(first.id);
        expect(await flow.stop(station, first.id)).to.deep.equal({});
        expect(await flow.stop(station, second.id)).to.deep.equal({});
        const third = await flow.start(station, 'T-BUSY');
        expect(third.status).to.equal('Accepted');
        expect([first.id, second.id]).not.to.include(third.id);
        expect((await flow.start(station, 'T-NOBODY')).status).to.equal(flow.unknown.split(' ')[0]);
      });

      it('sends what the operator triggers, one CALL at a time', async () => {
        const path = `${ocpp}/${identity()}/call/Reset`;
        const reply = post(csms.control, path, flow.reset);
        const call = await station.next();
        expect(call?.[0]).to.equal(2);
        expect(call?.slice(2)).to.deep.equal(['Reset', flow.reset]);
        station.send(JSON.stringify([3, call?.[1] ?? '', { status: 'Rejected' }]));
        const { status, body } = await reply;
        expect(status).to.equal(200);
        // The trigger does not wait long for the answer, and may have gone on under load.
        expect([{ status: 'answered', response: { status: 'Rejected' } }, { status: 'sent' }]).to.deep.include(body);

        const unanswered = await post(csms.control, path, flow.reset);
        expect(unanswered.body).to.deep.equal({ status: 'sent' });
        expect((await post(csms.control, path, flow.reset)).status).to.equal(409);
        const outstanding = await station.next();
        station.send(JSON.stringify([4, outstanding?.[1] ?? '', 'InternalError', '', {}]));
        expect((await post(csms.control, path, flow.reset)).status, 'after the answer').to.equal(200);
      });

      it('sends on the payload that the operator gave', async () => {
        for (const [action, payload] of samples[ocpp]) {
          const reply = post(csms.control, `${ocpp}/${identity()}/call/${action}`, payload);
          const call = await station.next();
          station.send(JSON.stringify([4, call?.[1] ?? '', 'NotSupported', '', {}]));
          expect((await reply).status, action).to.equal(200);
          expect(call?.slice(2)).to.deep.equal([action, wire?.rewrites?.(payload) ?? payload]);
        }
      });

      it('says why it does not send', async () => {
        const path = `${ocpp}/${identity()}/call`;
        expect((await post(csms.control, `${ocpp}/NOBODY/call/Reset`, flow.reset)).status).to.equal(404);
        expect((await post(csms.control, `2.1/${identity()}/call/Reset`, flow.reset)).status).to.equal(404);
        expect((await post(csms.control, `${path}/Reset`, {})).status).to.equal(422);
        expect((await post(csms.control, `${path}/NoSuchAction`, {})).status).to.equal(422);
        expect((await post(csms.control, 'create-token', {})).status).to.equal(422);
        expect(await station.provoke([], 0), 'nothing was sent').to.deep.equal([]);
      });

      it('asks a station that has a password for it', async () => {
        const password = 'correct-horse-16';
        await post(csms.control, 'set-basic-auth-password', { station_id: 'GUARDED', password });
        expect(await handshake(csms.url, 'GUARDED', `ocpp${ocpp}`)).to.equal(name === 'java-oca' ? '404' : '401');
        let refusal = '';
        await connect('GUARDED', 'wrong-horse-0016').catch((error: Error) => {
          refusal = error.message;
        });
        expect(refusal).to.match(/Unexpected server response/);
        const guarded = await connect('GUARDED', password);
        expect(await guarded.ask('Heartbeat', {})).to.have.property('currentTime');
        await guarded.close();
      });

      for (const [row, texts] of Object.entries(STIMULI))
        it(`on the wire: ${row}`, async () => {
          const expected = wire?.answers[row] ?? ['no row in the table'];
          const answers = await station.provoke(texts[ocpp], expected.length);
          expect(answers.map(brief)).to.deep.equal(expected);
        });

      it('on the wire: subprotocols', async () => {
        expect(await handshake(csms.url, 'PROTO', `ocpp${ocpp}`)).to.equal(`101 ocpp${ocpp}`);
        expect(await handshake(csms.url, 'PROTO', 'ocpp0.1')).to.equal(wire?.unknownSubprotocol);
        expect(await handshake(csms.url, 'PROTO', undefined)).to.equal(wire?.noSubprotocol);
        if (wire?.noSubprotocol !== '101 -') return;
        const bare = await SmokeStation.connect(csms.url, 'PROTO', []);
        expect(await bare.ask('Heartbeat', {}), 'stays open').to.have.property('currentTime');
        await bare.close();
      });

      it('on the wire: a second socket with the same identity leaves the first open', async () => {
        const second = await connect(identity());
        for (const socket of [second, station])
          expect((await socket.ask('Heartbeat', {})) satisfies JsonObject).to.have.property('currentTime');
        await second.close();
      });
    });
