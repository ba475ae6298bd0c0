/** Updates with signed firmware in cases: ordered, followed step by step, and faulted. */
import type { OcppVersion } from '../../src/dialects/dialect.ts';
import type { Context } from '../../src/judge/context.ts';
import { alter, type Fault, insteadOf } from '../../src/judge/fault.ts';
import { describe } from '../../src/judge/station-player.ts';
import { Unmet } from '../../src/judge/unmet.ts';
import { expect } from '../../src/judge/words.ts';
import type { IncomingCall, Payload, Reply } from '../../src/session.ts';
import type { FileKind } from '../../src/sut/system-under-test.ts';
import { fileOf } from './states.ts';

/** What an update is made of. */
export const GOOD: readonly FileKind[] = ['firmware', 'firmwareCertificate', 'firmwareSignature'];
export const BROKEN: readonly FileKind[] = ['brokenFirmware', 'firmwareCertificate', 'brokenFirmwareSignature'];

/** Steps that a station may leave out, or tell of besides (2.x L01.FR.14, .23, .32, .34; whitepaper L01.FR.14, .22). */
const OPTIONAL = new Set(['Installing', 'InstallRebooting', 'InstallScheduled', 'DownloadPaused', 'DownloadScheduled']);
export const FAILED = ['DownloadFailed', 'InvalidSignature', 'InstallationFailed', 'InstallVerificationFailed'];

/** What 1.6 has in its security extension under names of its own. */
export interface UpdateWords {
  /** CALL that orders an update, the one that tells a step, and the one that asks for it. */
  readonly order: string;
  readonly status: string;
  readonly trigger: string;
  /** Requirements: the certificate is looked at, what is done is told as an event, and rests. */
  readonly certificate: string;
  readonly updated: string;
  readonly rests: string;
  /** Requirements that both have under the same number. */
  readonly ref: (id: string) => string;
}

const v2: UpdateWords = {
  order: 'UpdateFirmware',
  status: 'FirmwareStatusNotification',
  trigger: 'TriggerMessage',
  certificate: 'L01.FR.21',
  updated: 'L01.FR.31',
  rests: 'L01.FR.25',
  ref: (id) => id,
};

const v16: UpdateWords = {
  order: 'SignedUpdateFirmware',
  status: 'SignedFirmwareStatusNotification',
  trigger: 'ExtendedTriggerMessage',
  certificate: 'W L01.FR.23',
  updated: 'W A04.FR.01',
  rests: 'W L01.FR.28',
  ref: (id) => `W ${id}`,
};

export const updateWords: Readonly<Record<OcppVersion, UpdateWords>> = { '1.6': v16, '2.0.1': v2, '2.1': v2 };

/** Where a signature should be. */
export const NO_SIGNATURE = btoa('not the signature of this file');

/** A charger's clock may be behind: an update that is due now was due then. */
const DUE_MS = 10_000;

export const word = (status: string) => ({ when: (payload: unknown) => (payload as Payload)['status'] === status });

export interface Ordered {
  readonly reply: Reply;
  readonly requestId: number;
  /** The `mark` from before. */
  readonly since: number;
}

/** Orders an update; what is not said is as it should be. @throws Unmet where nobody has named the file */
export async function order(
  context: Context,
  kind: 'firmware' | 'brokenFirmware',
  other: Payload = {},
): Promise<Ordered> {
  const { clock, csms, dialect, random, sut } = context;
  const { location = fileOf(context, kind), ...rest } = other;
  const requestId = 1000 + Math.floor(random() * 1_000_000);
  const since = csms.mark;
  const reply = await csms.call(updateWords[dialect.version].order, {
    requestId,
    retries: 0,
    firmware: {
      location,
      retrieveDateTime: new Date(clock.now() - DUE_MS).toISOString(),
      signingCertificate: sut.files?.firmwareCertificate,
      signature: sut.files?.[`${kind}Signature`],
      ...rest,
    },
  });
  return { reply, requestId, since };
}

/** Waits for a step of the update; downloads and installations take their time. */
export const step = (
  { csms, dialect }: Context,
  { since }: Ordered,
  ...statuses: readonly string[]
): Promise<IncomingCall | undefined> =>
  csms.awaitCall(updateWords[dialect.version].status, {
    since,
    timeoutMs: csms.patienceMs,
    where: ({ status }) => statuses.includes(String(status)),
  });

/** Every step told since the order. */
export const stepsOf = ({ csms, dialect }: Context, { since }: Ordered) =>
  csms.calls(since, updateWords[dialect.version].status);

/** Waits for a security event; a station may restart before it tells. */
export const securityEvent = ({ csms }: Context, since: number, type: string): Promise<IncomingCall | undefined> =>
  csms.awaitCall('SecurityEventNotification', {
    since,
    timeoutMs: csms.patienceMs,
    where: (payload) => payload['type'] === type,
  });

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

export const stepChecksIn = ({ certificate, ref }: UpdateWords) =>
  ({
    accepted: { ref: certificate, level: 'SHALL', says: 'the order is accepted' },
    told: {
      ref: ref('L01.FR.01'),
      level: 'SHALL',
      says: 'each step is told, in its order, and no step that is not taken',
    },
    belongs: { ref: ref('L01.FR.10'), level: 'SHALL', says: 'each step names the request' },
  }) as const;

export const stepChecks = stepChecksIn(v2);

/** A step that is dropped takes what the station wants to say next with it: another message leaves in its place. */
export const skipped = (status: string, { status: action } = v2): Fault =>
  insteadOf(action, `no ${status}`, ({ id }) => `[2,"${id}","Heartbeat",{}]`, { kind: 'call', ...word(status) });

export const stepFaults = ({ order: ordering, status }: UpdateWords) =>
  ({
    accepted: alter(ordering, { status: 'Rejected' }),
    belongs: alter(status, { requestId: 7 }),
  }) as const;

/** The order is accepted. @throws Unmet where it is not */
export function judgeAccepted({ check }: Context<'accepted'>, { reply }: Ordered): void {
  check('accepted', () => expect(reply).to.be.callResult({ status: 'Accepted' }));
  if (reply.payload['status'] !== 'Accepted') throw new Unmet(`no update begins: ${describe(reply)}`);
}

/** What is under way is over before the next case begins. */
export function finished(context: Context, ordered: Ordered): void {
  context.after(() => step(context, ordered, 'Installed', ...FAILED));
}
