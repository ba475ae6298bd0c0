/** What a charger makes of its credentials over time: fallbacks, renewal before the end, events told once. */
import { expect } from 'chai';
import { VirtualClock } from '../clock.ts';
import { decode } from '../ocppj/decode.ts';
import { encodeCall, encodeCallResult } from '../ocppj/encode.ts';
import { Authority } from '../pki/authority.ts';
import { nodeNotary } from '../pki/notary.ts';
import { seededRandom } from '../random.ts';
import type { Credentials } from './access.ts';
import { createStation } from './station.ts';
import type { ChargingStation, Payload } from './types.ts';

const DAY_MS = 86_400_000;

/** A charger whose CSMS is a list of what it said, and which accepts every boot. */
class Lone {
  readonly clock = new VirtualClock();
  readonly station: ChargingStation;
  readonly calls: { action: string; payload: Payload }[] = [];
  readonly answers: Payload[] = [];
  dials: number[] = [];
  #ids = 0;

  constructor(
    version: '1.6' | '2.0.1',
    credentials: Credentials,
    configuration: Readonly<Record<string, string>> = {},
  ) {
    const { clock } = this;
    this.station = createStation(
      { identity: 'CP01', version, credentials, configuration },
      {
        clock,
        notary: nodeNotary,
        random: seededRandom(1, 'CP01'),
        wire: {
          send: (text) => this.#heard(text),
          close: (code) => clock.setTimeout(() => this.station.closed(code), 1),
          reconnect: (delayMs) => this.dials.push(delayMs),
        },
      },
    );
    this.station.opened();
  }

  pass(ms: number): Promise<void> {
    return this.clock.run(this.clock.sleep(ms));
  }

  async ask(action: string, payload: Payload): Promise<Payload> {
    this.station.received(encodeCall(`csms-${++this.#ids}`, action, payload));
    await this.pass(10);
    return this.answers.at(-1) ?? {};
  }

  of(action: string): Payload[] {
    return this.calls.filter((call) => call.action === action).map(({ payload }) => payload);
  }

  #heard(text: string): void {
    const frame = decode(text);
    if (frame.kind === 'callresult') this.answers.push(frame.payload as Payload);
    if (frame.kind !== 'call') return;
    this.calls.push({ action: frame.action, payload: frame.payload as Payload });
    const boot = { currentTime: new Date(this.clock.now()).toISOString(), interval: 86_400, status: 'Accepted' };
    this.clock.setTimeout(() => this.station.received(encodeCallResult(frame.id, boot)), 1);
  }
}

describe('credentials of a charger', () => {
  const now = new VirtualClock().now();
  let root: Authority;
  before(async () => {
    root = await Authority.create({ name: 'root', organization: 'us', now });
  });
  const certificate = (until: number) => root.issue({ commonName: 'CP01', organization: 'us', use: 'client', until });

  it('asks for a new certificate in the last month of the old one, and again where nothing comes (A03.FR.02, .17, .18)', async () => {
    const lone = new Lone('2.0.1', { profile: 3, roots: [root.cert], certificate: await certificate(40 * DAY_MS) });
    await lone.ask('Reset', { type: 'Immediate' });
    await lone.pass(20_000);
    lone.station.opened();
    await lone.pass(9 * DAY_MS - 20_500);
    expect(lone.of('SignCertificate')).to.have.length(0);
    await lone.pass(DAY_MS + 1_000);
    expect(lone.of('SignCertificate')).to.have.length(1);
    await lone.pass(60_000);
    expect(lone.of('SignCertificate')).to.have.length(2);
    await lone.pass(119_000);
    expect(lone.of('SignCertificate')).to.have.length(2);
    await lone.pass(2_000);
    expect(lone.of('SignCertificate')).to.have.length(3);
    lone.station.end();
  });

  it('goes back to the certificate that it had where the new one lets it in nowhere (A02.FR.28)', async () => {
    const own = await certificate(365 * DAY_MS);
    const lone = new Lone('2.0.1', { profile: 3, roots: [root.cert], certificate: own });
    await lone.pass(1_000);
    await lone.ask('TriggerMessage', { requestedMessage: 'SignChargingStationCertificate' });
    const [{ csr = '' } = {}] = lone.of('SignCertificate') as { csr?: string }[];
    const chain = await root.sign(csr, { organization: 'plugproof' });
    const signed = { certificateChain: chain, certificateType: 'ChargingStationCertificate' };
    expect(await lone.ask('CertificateSigned', signed)).to.deep.equal({ status: 'Accepted' });
    expect(lone.station.access.certificate?.cert).to.equal(chain);
    for (let i = 0; i < 4; i++) lone.station.closed(1006);
    expect(lone.station.access.certificate?.cert).to.equal(own.cert);
    lone.station.end();
  });

  it('goes back to the security profile that it had where the new one lets it in nowhere (1.6 A05.FR.08)', async () => {
    const password = new TextEncoder().encode('0123456789abcdef');
    const lone = new Lone('1.6', { profile: 1, password, roots: [root.cert] });
    await lone.pass(1_000);
    const set = (value: string) => lone.ask('ChangeConfiguration', { key: 'SecurityProfile', value });
    expect(await set('1')).to.deep.equal({ status: 'Rejected' });
    expect(await set('3')).to.deep.equal({ status: 'Rejected' });
    expect(await set('2')).to.deep.equal({ status: 'Accepted' });
    expect(lone.station.access.profile).to.equal(2);
    await lone.pass(10);
    for (let i = 0; i < 4; i++) lone.station.closed(1006);
    expect(lone.station.access.profile).to.equal(1);
    lone.station.end();
  });

  it('stays with a security profile that has worked', async () => {
    const password = new TextEncoder().encode('0123456789abcdef');
    const lone = new Lone('1.6', { profile: 1, password, roots: [root.cert] });
    await lone.pass(1_000);
    await lone.ask('ChangeConfiguration', { key: 'SecurityProfile', value: '2' });
    await lone.pass(10);
    lone.station.opened();
    for (let i = 0; i < 6; i++) lone.station.closed(1006);
    expect(lone.station.access.profile).to.equal(2);
    lone.station.end();
  });

  it('tells once of a CSMS that it does not trust, when it is back (A00.FR.316, A04.FR.02)', async () => {
    const lone = new Lone('2.0.1', { profile: 2, roots: [root.cert] });
    await lone.pass(1_000);
    lone.station.closed(1006);
    for (let i = 0; i < 3; i++) {
      lone.station.distrusted('version');
      lone.station.closed(1006);
    }
    expect(lone.of('SecurityEventNotification')).to.have.length(0);
    lone.station.opened();
    await lone.pass(1_000);
    expect(lone.of('SecurityEventNotification').map(({ type }) => type)).to.deep.equal(['InvalidTLSVersion']);
    lone.station.end();
  });

  it('shows a 1.6 key as the bytes that its digits stand for', async () => {
    const password = new TextEncoder().encode('0123456789abcdef');
    const lone = new Lone('1.6', { profile: 1, password });
    await lone.pass(1_000);
    const set = (value: string) => lone.ask('ChangeConfiguration', { key: 'AuthorizationKey', value });
    for (const bad of ['00'.repeat(15), '00'.repeat(21), `${'00'.repeat(16)}0`, 'OCA_OCTT_admin_test_key'])
      expect(await set(bad), bad).to.deep.equal({ status: 'Rejected' });
    expect(await set('4F43415F4F4354545F61646D696E5F74657374')).to.deep.equal({ status: 'Accepted' });
    expect(new TextDecoder().decode(lone.station.access.password)).to.equal('OCA_OCTT_admin_test');
    lone.station.end();
  });
});
