/** Charger, 2.x network connection profiles: taken or refused, dialled in their order, and fallen back from. */
import type { Context } from '../../src/judge/context.ts';
import { alter, behaviour } from '../../src/judge/fault.ts';
import { at } from '../../src/judge/path.ts';
import { describe } from '../../src/judge/station-player.ts';
import { suite, testCase } from '../../src/judge/test-case.ts';
import { Unmet } from '../../src/judge/unmet.ts';
import { expect } from '../../src/judge/words.ts';
import { randomWord } from '../../src/random.ts';
import type { IncomingCall, Payload, Reply } from '../../src/session.ts';
import { askReport, isKey } from './reporting.v2.ts';
import { quiet, ready, reset, statusTold } from './states.ts';
import { configured, hurried, preferred, valueOfVariable } from './states.v2.ts';

const versions = ['2.0.1'] as const;

/** A station that starts over with its addresses when all of them failed. */
export const RESUMES = 'C-47';

const COMM = { name: 'OCPPCommCtrlr' };
const PRIORITY = { component: COMM, variable: { name: 'NetworkConfigurationPriority' } };
/** A slot that no charger has. */
const NO_SLOT = 999;
/** Interfaces by which a charger may reach us: which it has is not asked for in the standard. */
const INTERFACES = ['Wired0', 'Wireless0'] as const;
/** Attempts with one address, where a case counts them. */
const ATTEMPTS = 2;

/** Sets the order in which slots are tried. */
export const setPriority = ({ csms }: Pick<Context, 'csms'>, attributeValue: unknown): Promise<Reply> =>
  csms.call('SetVariables', { setVariableData: [{ ...PRIORITY, attributeValue }] });
/** Status of the answer to that. */
export const statusOf = (reply: Reply): unknown => at(reply.payload, 'setVariableResult[0].attributeStatus');

/** The request target of the connection in use, without the identity. */
export const pathOf = (target: string): string => target.slice(0, target.lastIndexOf('/'));

/** Where the station reaches us, as it said itself, under another path. */
function addressOf({ csms }: Pick<Context, 'csms'>, path: string): string {
  const { headers, secured } = csms.request;
  return `${secured === undefined ? 'ws' : 'wss'}://${headers['host'] ?? 'localhost'}${path}`;
}

async function connectionData(context: Context, path: string): Promise<Payload> {
  const profile = Number(await valueOfVariable(context, { name: 'SecurityCtrlr' }, 'SecurityProfile'));
  return {
    ocppVersion: 'OCPP20',
    ocppTransport: 'JSON',
    ocppCsmsUrl: addressOf(context, path),
    messageTimeout: 30,
    securityProfile: Number.isNaN(profile) ? context.sut.securityProfile : profile,
  };
}

/** The slots of a station: the one in use, the order that is configured, and one that is free. */
export interface Slots {
  readonly active: string;
  readonly priority: string;
  readonly free: string;
}

/** @throws Unmet where the station does not tell them, or has but one */
export async function slotsOf(context: Context): Promise<Slots> {
  const priority = await valueOfVariable(context, COMM, 'NetworkConfigurationPriority');
  if (priority === undefined || priority === '')
    throw new Unmet('the station does not tell NetworkConfigurationPriority');
  const words = (text: unknown) =>
    String(text)
      .split(',')
      .map((word) => word.trim());
  const { items } = await askReport(context, 'GetBaseReport', { reportBase: 'ConfigurationInventory' });
  const item = items.find((one) => isKey(one, 'OCPPCommCtrlr.NetworkConfigurationPriority'));
  const told = at(item, 'variableCharacteristics.valuesList');
  const active = (await valueOfVariable(context, COMM, 'ActiveNetworkProfile')) ?? words(priority)[0] ?? '';
  const free = (told === undefined ? ['1', '2'] : words(told)).find((slot) => slot !== active);
  if (free === undefined) throw new Unmet(`the station has no slot but ${active} for network connection profiles`);
  return { active, priority, free };
}

/** Stores a profile, over an interface that the station has. */
async function store(context: Context, slot: string, path: string): Promise<Reply> {
  const data = await connectionData(context, path);
  let reply: Reply | undefined;
  for (const ocppInterface of INTERFACES) {
    reply = await context.csms.call('SetNetworkProfile', {
      configurationSlot: Number(slot),
      connectionData: { ...data, ocppInterface },
    });
    if (reply.payload['status'] === 'Accepted') return reply;
  }
  return reply as Reply;
}

/** The station dials as it did before, whatever the case made of it. */
function restored(context: Context, { priority }: Slots, path: string): void {
  const { after, csms } = context;
  after(async () => {
    csms.shut(undefined);
    await csms.connection();
    await setPriority(context, priority);
    if (pathOf(csms.request.target) === path) return;
    await reset(context, 'idle');
    await quiet(context);
  });
}

interface Moved {
  readonly slots: Slots;
  /** Path of the address that was in use. */
  readonly old: string;
  /** Path of the new address. */
  readonly path: string;
  readonly since: number;
  /** How many opening handshakes there had been before the reset. */
  readonly knocked: number;
}

/** A new profile is stored and comes first, and the station restarts. @throws Unmet where it does not accept that */
export async function moved(
  context: Context<'stored' | 'ordered'>,
  prepared: (path: string, old: string) => void = () => {},
): Promise<Moved> {
  const { check, csms, orders, random } = context;
  const slots = await slotsOf(context);
  const old = pathOf(csms.request.target);
  const path = `/plugproof-${randomWord(random, 8).toLowerCase()}`;
  await hurried(context);
  restored(context, slots, old);
  const stored = await store(context, slots.free, path);
  check('stored', () => expect(stored).to.be.callResult({ status: 'Accepted' }));
  if (stored.payload['status'] !== 'Accepted') throw new Unmet(`the profile was not stored: ${describe(stored)}`);
  const ordered = await setPriority(context, `${slots.free},${slots.active}`);
  check('ordered', () => expect(statusOf(ordered)).to.be.oneOf(['Accepted', 'RebootRequired']));
  await quiet(context);
  prepared(path, old);
  const since = csms.mark;
  const knocked = csms.knocks.length;
  await csms.need('Reset', orders.reset('idle'), ['Accepted', 'Scheduled']);
  return { slots, old, path, since, knocked };
}

export const moving = {
  stored: { ref: 'B09.FR.01', level: 'SHALL', says: 'a good profile is stored' },
  ordered: { ref: 'B10.FR.01', level: 'SHALL', says: 'it may be put first' },
} as const;

export const movingFaults = {
  stored: alter('SetNetworkProfile', { status: 'Rejected' }),
  ordered: alter(
    'SetVariables',
    (payload) => ({
      setVariableResult: ((payload as Payload)['setVariableResult'] as Payload[]).map((one) => ({
        ...one,
        attributeStatus:
          at(one, 'variable.name') === 'NetworkConfigurationPriority' ? 'Rejected' : one['attributeStatus'],
      })),
    }),
    { name: 'the order rejected', kind: 'callresult' },
  ),
} as const;

export const bootOf = ({ csms }: Pick<Context, 'csms'>, since: number): Promise<IncomingCall | undefined> =>
  csms.awaitCall('BootNotification', { since, timeoutMs: csms.patienceMs });

export default suite('station/network', 'Network connection profiles', [
  testCase({
    id: 'station/network/refused',
    title: 'A profile that can not be is rejected, and so is an order of slots that are not there',
    sut: 'station',
    versions,
    octt: { '2.0.1': 'TC_B_43_CS' },
    checks: {
      slot: { ref: 'B09.FR.05', level: 'SHALL', says: 'a profile for a slot that is not there is rejected' },
      content: { ref: 'B09.FR.02', level: 'SHALL', says: 'a profile whose address is none is rejected' },
      order: { ref: 'B10.FR.02', level: 'SHALL', says: 'an order with a slot that is not there is rejected' },
      unchanged: { ref: 'B06.FR.04', level: 'SHALL', says: 'and the order is what it was before' },
    },
    catches: {
      slot: alter('SetNetworkProfile', { status: 'Accepted' }),
      content: alter('SetNetworkProfile', { status: 'Accepted' }),
      order: alter(
        'SetVariables',
        (payload) => ({
          setVariableResult: ((payload as Payload)['setVariableResult'] as Payload[]).map((one) => ({
            ...one,
            attributeStatus: 'Accepted',
          })),
        }),
        { name: 'any order accepted', kind: 'callresult' },
      ),
      unchanged: {
        name: 'another-order-each-time',
        says: 'the order is told to be another each time',
        rewrite: (out) =>
          out.kind === 'callresult' && out.action === 'GetVariables'
            ? [{ text: out.text.replace(/"attributeValue":"[^"]*"/, `"attributeValue":"${out.id}"`) }]
            : undefined,
      },
    },
    async run(context) {
      const { after, check, csms } = context;
      await ready(context);
      const before = await valueOfVariable(context, COMM, 'NetworkConfigurationPriority');
      if (before === undefined) throw new Unmet('the station does not tell NetworkConfigurationPriority');
      const data = { ...(await connectionData(context, '/plugproof')), ocppInterface: INTERFACES[0] };
      const slot = await csms.call('SetNetworkProfile', { configurationSlot: NO_SLOT, connectionData: data });
      check('slot', () => expect(slot).to.be.callResult({ status: 'Rejected' }));
      const { free } = await slotsOf(context);
      const content = await csms.call('SetNetworkProfile', {
        configurationSlot: Number(free),
        connectionData: { ...data, ocppCsmsUrl: 'plugproof is no address' },
      });
      check('content', () => expect(content).to.be.callResult({ status: 'Rejected' }));
      after(() => setPriority(context, before));
      const order = await setPriority(context, String(NO_SLOT));
      check('order', () => expect(statusOf(order)).to.equal('Rejected'));
      const now = await valueOfVariable(context, COMM, 'NetworkConfigurationPriority');
      check('unchanged', () => expect(now).to.equal(before));
    },
  }),

  testCase({
    id: 'station/network/migrate',
    title: 'A station that is given another address dials there after its restart, and registers',
    sut: 'station',
    versions,
    octt: { '2.0.1': 'TC_B_45_CS' },
    checks: {
      ...moving,
      dials: { ref: 'B10.FR.04', level: 'SHALL', says: 'after the restart it dials the address that comes first' },
      apart: { ref: 'B10.FR.06', level: 'SHALL', says: 'when it does, the old connection is closed' },
      boots: { ref: 'B01.FR.03', level: 'SHALL', says: 'there it registers' },
      serves: { ref: 'B01.FR.05', level: 'SHALL', says: 'and tells that its connectors are Available' },
    },
    catches: {
      ...movingFaults,
      dials: behaviour('keeps-its-address', 'the address that was stored is not dialled'),
      apart: behaviour('dials-before-it-hangs-up', 'a new connection is made before the old one is closed'),
      boots: behaviour('boots-once', 'after a reset no BootNotification is sent'),
      serves: behaviour('silent-after-restart', 'after a restart no status is told'),
    },
    async run(context) {
      const { check, csms } = context;
      await ready(context);
      const { path, since, knocked } = await moved(context);
      const boot = await bootOf(context, since);
      const knocks = csms.knocks.slice(knocked);
      check('dials', () => expect(knocks.map(({ target }) => pathOf(target))[0], 'dialled first').to.equal(path));
      check('apart', () => {
        expect(knocks.length, 'opening handshakes').to.be.at.least(1);
        expect(knocks.filter(({ connected }) => connected).length, 'while another connection was open').to.equal(0);
      });
      check('boots', () => expect(boot, 'a BootNotification').to.not.equal(undefined));
      if (boot === undefined) return;
      const told = await statusTold(context, 'Available', since);
      check('serves', () => expect(told, 'Available').to.not.equal(undefined));
    },
  }),

  testCase({
    id: 'station/network/fall-back',
    title: 'A station that is not let in at the first address tries as often as it is to, then the second',
    sut: 'station',
    versions,
    octt: { '2.0.1': 'TC_B_46_CS' },
    checks: {
      ...moving,
      attempts: {
        ref: 'B10.FR.03',
        level: 'SHALL',
        says: `the first address is dialled first, ${ATTEMPTS} times, and then the second`,
      },
      boots: { ref: 'B01.FR.03', level: 'SHALL', says: 'let in there, it registers' },
    },
    catches: {
      ...movingFaults,
      attempts: [
        behaviour('keeps-its-address', 'the address that was stored is not dialled'),
        behaviour('gives-an-address-up-at-once', 'one attempt in vain is enough to dial another address'),
      ],
      boots: behaviour('boots-once', 'after a reset no BootNotification is sent'),
    },
    async run(context) {
      const { check, csms } = context;
      await ready(context);
      await configured(context, 'OCPPCommCtrlr', 'NetworkProfileConnectionAttempts', String(ATTEMPTS));
      const { old, path, since, knocked } = await moved(context, (target) => csms.shut(target));
      const boot = await bootOf(context, since);
      const paths = csms.knocks.slice(knocked).map(({ target }) => pathOf(target));
      check('attempts', () => expect(paths).to.deep.equal([...Array.from({ length: ATTEMPTS }, () => path), old]));
      check('boots', () => expect(boot, 'a BootNotification').to.not.equal(undefined));
    },
  }),

  testCase({
    id: 'station/network/start-over',
    title: 'A station that is let in nowhere does not give up',
    sut: 'station',
    versions,
    octt: { '2.0.1': 'TC_B_49_CS' },
    feature: RESUMES,
    checks: {
      ...moving,
      both: { ref: 'B10.FR.03', level: 'SHALL', says: 'both addresses are dialled, the first one first' },
      resumes: { ref: 'B10.FR.09', level: 'SHOULD', says: 'let in again, it is connected' },
      boots: { ref: 'B01.FR.03', level: 'SHALL', says: 'and registers' },
    },
    catches: {
      ...movingFaults,
      both: behaviour('keeps-its-address', 'the address that was stored is not dialled'),
      resumes: behaviour('gives-up', 'after some attempts in vain a station dials no more'),
      boots: behaviour('boots-once', 'after a reset no BootNotification is sent'),
    },
    async run(context) {
      const { check, csms } = context;
      await ready(context);
      await preferred(context, 'OCPPCommCtrlr', 'RetryBackOffRepeatTimes', '0');
      await configured(context, 'OCPPCommCtrlr', 'NetworkProfileConnectionAttempts', '1');
      const { old, path, since, knocked } = await moved(context, () => csms.shut('/'));
      // The first two opening handshakes after the reset come to nothing.
      for (let tries = 0; tries < 2; tries++) await csms.reconnection();
      const paths = csms.knocks.slice(knocked).map(({ target }) => pathOf(target));
      check('both', () => expect(paths).to.deep.equal([path, old]));
      csms.shut(undefined);
      const back = await csms.reconnection();
      check('resumes', () => expect(back, 'connected again').to.equal(true));
      if (!back) throw new Unmet('the station did not connect again');
      const boot = await bootOf(context, since);
      check('boots', () => expect(boot, 'a BootNotification').to.not.equal(undefined));
    },
  }),
]);
