/** Updates of the firmware of a 2.x charger in cases: ordered, followed step by step, and faulted. */
import type { Context } from '../../src/judge/context.ts';
import { alter, drop, type Fault, insteadOf } from '../../src/judge/fault.ts';
import { describe } from '../../src/judge/station-player.ts';
import { Unmet } from '../../src/judge/unmet.ts';
import { expect } from '../../src/judge/words.ts';
import type { IncomingCall, Payload, Reply } from '../../src/session.ts';
import type { FileKind } from '../../src/sut/system-under-test.ts';
import { nowhere } from './files.v2.ts';

/** What an update is made of. */
export const GOOD: readonly FileKind[] = ['firmware', 'firmwareCertificate', 'firmwareSignature'];
export const BROKEN: readonly FileKind[] = ['brokenFirmware', 'firmwareCertificate', 'brokenFirmwareSignature'];

/** Steps that a station may leave out, or tell of besides (L01.FR.14, .23, .32, .34). */
const OPTIONAL = new Set(['Installing', 'InstallRebooting', 'InstallScheduled', 'DownloadPaused', 'DownloadScheduled']);
export const FAILED = ['DownloadFailed', 'InvalidSignature', 'InstallationFailed', 'InstallVerificationFailed'];

export const word = (status: string) => ({ when: (payload: unknown) => (payload as Payload)['status'] === status });

export interface Ordered {
  readonly reply: Reply;
  readonly requestId: number;
  /** The `mark` from before. */
  readonly since: number;
}

/** Orders an update; what is not said is as it should be. */
export async function order(
  context: Context,
  kind: 'firmware' | 'brokenFirmware',
  other: Payload = {},
): Promise<Ordered> {
  const { clock, csms, random, sut } = context;
  const requestId = 1000 + Math.floor(random() * 1_000_000);
  const since = csms.mark;
  const reply = await csms.call('UpdateFirmware', {
    requestId,
    retries: 0,
    firmware: {
      location: sut.files?.[kind] ?? (await nowhere(context, 'firmware.bin')),
      retrieveDateTime: new Date(clock.now()).toISOString(),
      signingCertificate: sut.files?.firmwareCertificate,
      signature: sut.files?.[`${kind}Signature`],
      ...other,
    },
  });
  return { reply, requestId, since };
}

/** Waits for a step of the update; downloads and installations take their time. */
export const step = (
  { csms }: Context,
  { since }: Ordered,
  ...statuses: readonly string[]
): Promise<IncomingCall | undefined> =>
  csms.awaitCall('FirmwareStatusNotification', {
    since,
    timeoutMs: csms.patienceMs,
    where: ({ status }) => statuses.includes(String(status)),
  });

/** Every step told since the order. */
export const stepsOf = ({ csms }: Context, { since }: Ordered) => csms.calls(since, 'FirmwareStatusNotification');

export const securityEvent = ({ csms }: Context, since: number, type: string): Promise<IncomingCall | undefined> =>
  csms.awaitCall('SecurityEventNotification', { since, where: (payload) => payload['type'] === type });

/** Judges the steps: these in this order, others only where a station may tell them, all of this request, the last one last. */
export function judgeSteps(context: Context<'told' | 'belongs'>, ordered: Ordered, wanted: readonly string[]): void {
  const { check } = context;
  const told = stepsOf(context, ordered).map(({ payload }) => payload);
  check('told', () => {
    const words = told.map((payload) => String(payload['status']));
    // A step that is told once more in a row is no other step.
    const each = words.filter((status, i) => status !== words[i - 1]);
    const needed = each.filter((status) => wanted.includes(status) || !OPTIONAL.has(status));
    // Only the step of installing may be left out (L01.FR.23).
    const demanded = wanted.filter((status) => status !== 'Installing' || needed.includes(status));
    expect(needed).to.deep.equal(demanded);
    const paused = words.lastIndexOf('DownloadPaused');
    if (words.includes('Downloaded'))
      expect(paused, 'a pause of the download').to.be.below(words.indexOf('Downloaded'));
  });
  check('belongs', () => {
    expect(told.length, 'steps').to.be.at.least(1);
    expect(new Set(told.map((payload) => payload['requestId']))).to.deep.equal(new Set([ordered.requestId]));
  });
}

export const stepChecks = {
  accepted: { ref: 'L01.FR.21', level: 'SHALL', says: 'the order is accepted' },
  told: { ref: 'L01.FR.01', level: 'SHALL', says: 'each step is told, in its order, and no step that is not taken' },
  belongs: { ref: 'L01.FR.10', level: 'SHALL', says: 'each step names the request' },
} as const;

export const stepFaults = (last: string, ...needed: readonly string[]) =>
  ({
    accepted: alter('UpdateFirmware', { status: 'Rejected' }),
    told: [
      ...needed.map((status) => drop('FirmwareStatusNotification', word(status))),
      alter('FirmwareStatusNotification', { status: 'DownloadFailed' }, word(needed[0] ?? last)),
    ],
    belongs: alter('FirmwareStatusNotification', { requestId: 7 }),
  }) as const;

/** A step that is dropped takes what the station wants to say next with it: another message leaves in its place. */
export const skipped = (status: string): Fault =>
  insteadOf('FirmwareStatusNotification', `no ${status}`, ({ id }) => `[2,"${id}","Heartbeat",{}]`, {
    kind: 'call',
    ...word(status),
  });

/** The order is accepted. @throws Unmet where it is not */
export function judgeAccepted({ check }: Context<'accepted'>, { reply }: Ordered): void {
  check('accepted', () => expect(reply).to.be.callResult({ status: 'Accepted' }));
  if (reply.payload['status'] !== 'Accepted') throw new Unmet(`no update begins: ${describe(reply)}`);
}

/** What is under way is over before the next case begins. */
export function finished(context: Context, ordered: Ordered): void {
  context.after(() => step(context, ordered, 'Installed', ...FAILED));
}
