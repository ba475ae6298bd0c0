/** Flows of signed updates that both versions have: one that is installed, and one that comes to nothing. */
import type { Context } from '../../src/judge/context.ts';
import { alter, behaviour, type Fault } from '../../src/judge/fault.ts';
import { describe } from '../../src/judge/station-player.ts';
import { type CaseSpec, type CheckSpec, testCase } from '../../src/judge/test-case.ts';
import { Unmet } from '../../src/judge/unmet.ts';
import { expect } from '../../src/judge/words.ts';
import type { Payload } from '../../src/session.ts';
import type { FileKind } from '../../src/sut/system-under-test.ts';
import { quiet, ready } from './states.ts';
import {
  FAILED,
  finished,
  GOOD,
  judgeAccepted,
  judgeSteps,
  type Ordered,
  order,
  securityEvent,
  skipped,
  step,
  stepChecksIn,
  stepFaults,
  stepsOf,
  updateWords,
  word,
} from './updates.ts';

/** Seconds until an update that is scheduled begins. */
const LATER_S = 5;
/** Seconds by which a charger's clock may differ. */
const EARLY_S = 1;

/** In which version an update is ordered, and for whom. */
interface Flow {
  readonly version: '1.6' | '2.0.1';
  readonly id: string;
  readonly title: string;
  readonly octt: string;
  readonly feature?: string;
}

const headOf = ({ version, id, title, octt, feature }: Flow) =>
  ({
    id: `station/firmware/${id}`,
    title,
    sut: 'station',
    versions: [version],
    octt: { [version]: octt },
    ...(feature !== undefined && { feature }),
  }) satisfies Partial<CaseSpec>;

/** How the station comes back from an update: one more check, in the words of a version. */
export interface Return {
  readonly name: string;
  readonly check: CheckSpec;
  readonly fault: Fault;
  /** Waits for what there is to come. @returns throws where it is not as it is to be */
  judge(context: Context, ordered: Pick<Ordered, 'since'>): Promise<() => void>;
}

/** An update that is installed. */
export interface Update extends Flow {
  readonly when: 'now' | 'install later' | 'download later';
  readonly back: Return;
}

export function update({ when, back, ...flow }: Update): CaseSpec {
  const words = updateWords[flow.version];
  return testCase({
    ...headOf(flow),
    file: GOOD,
    checks: {
      ...stepChecksIn(words),
      patient: { ref: words.ref('L01.FR.16'), level: 'SHALL', says: 'what is scheduled is not begun before its time' },
      event: { ref: words.updated, level: 'SHALL', says: 'the new firmware is told as a security event' },
      rests: { ref: words.rests, level: 'SHALL', says: 'asked for the status when all is done, it is Idle' },
      [back.name]: back.check,
    } as Record<string, CheckSpec>,
    catches: {
      ...stepFaults(words),
      told: [
        ...['Downloading', 'Downloaded', 'SignatureVerified', 'Installed'].map((status) => skipped(status, words)),
        ...(when === 'now'
          ? []
          : [skipped(when === 'install later' ? 'InstallScheduled' : 'DownloadScheduled', words)]),
        alter(words.status, { status: 'InvalidSignature' }, word('SignatureVerified')),
      ],
      patient:
        when === 'now'
          ? alter(words.status, { status: 'DownloadScheduled' }, word('Installing'))
          : behaviour('updates-at-once', 'the times of an update are not heard'),
      event: [
        alter('SecurityEventNotification', { type: 'StartupOfTheDevice' }),
        alter('SecurityEventNotification', { timestamp: '2020-01-01T00:00:00Z' }),
      ],
      rests: alter(words.status, { status: 'Installing' }, word('Idle')),
      [back.name]: back.fault,
    } as Record<string, Fault | Fault[]>,
    async run(context) {
      const { check, clock, csms, orders } = context;
      await ready(context);
      await quiet(context);
      const due = clock.now() + LATER_S * 1000;
      const at = new Date(due).toISOString();
      const times: Readonly<Record<Update['when'], Payload>> = {
        now: {},
        'install later': { installDateTime: at },
        'download later': { retrieveDateTime: at },
      };
      const ordered = await order(context, 'firmware', times[when]);
      judgeAccepted(context, ordered);
      finished(context, ordered);
      const first = await step(context, ordered, when === 'install later' ? 'Installing' : 'Downloading');
      const began = clock.now();
      const end = await step(context, ordered, 'Installed', ...FAILED);
      const event = await securityEvent(context, ordered.since, 'FirmwareUpdated');
      await quiet(context);
      judgeSteps(context, ordered, [
        ...(when === 'download later' ? ['DownloadScheduled'] : []),
        'Downloading',
        'Downloaded',
        'SignatureVerified',
        ...(when === 'install later' ? ['InstallScheduled'] : []),
        'Installing',
        'Installed',
      ]);
      check('patient', () => {
        const told = stepsOf(context, ordered).map(({ payload }) => payload['status']);
        if (when === 'now') return expect(told).to.not.include('DownloadScheduled');
        // The status Installing may be left out: then the end is what has to wait.
        const at = first === undefined ? clock.now() : began;
        expect((at - due) / 1000, 'seconds after its time').to.be.at.least(-EARLY_S);
      });
      check('event', () =>
        expect(event?.payload['timestamp'], 'SecurityEventNotification FirmwareUpdated').to.be.recentInstant(),
      );
      const returned = await back.judge(context, ordered);
      check(back.name, () => {
        returned();
        expect(end?.payload['status']).to.equal('Installed');
      });
      const mark = csms.mark;
      const asked = await csms.call(words.trigger, orders.trigger('FirmwareStatusNotification'));
      if (asked.payload['status'] !== 'Accepted')
        throw new Unmet(`the status is not told for the asking: ${describe(asked)}`);
      const rests = await csms.awaitCall(words.status, { since: mark, after: asked.n });
      check('rests', () => expect(rests?.payload['status']).to.equal('Idle'));
    },
  });
}

/** An update that comes to nothing. */
export interface Failing extends Flow {
  readonly file: readonly FileKind[];
  readonly kind: 'firmware' | 'brokenFirmware';
  /** What is wrong with the order. */
  readonly wrong: (context: Context) => Promise<Payload> | Payload;
  readonly steps: readonly string[];
  /** Words for the end, each as good as the others. */
  readonly ends: readonly string[];
  readonly ref: string;
  /** Security event that tells of it. */
  readonly event?: string;
}

export function failing({ file, kind, wrong, steps, ends, ref, event, ...flow }: Failing): CaseSpec {
  const words = updateWords[flow.version];
  return testCase({
    ...headOf(flow),
    file,
    checks: {
      ...stepChecksIn(words),
      ended: { ref: words.ref(ref), level: 'SHALL', says: `it is told to have come to ${ends.join(' or ')}` },
      ...(event !== undefined && {
        event: { ref: words.ref('L01.FR.03'), level: 'SHALL' as const, says: `and the security event ${event}` },
      }),
    } as Record<string, CheckSpec>,
    catches: {
      ...stepFaults(words),
      told: steps.map((status) => skipped(status, words)),
      ended: alter(
        words.status,
        { status: 'Installed' },
        {
          when: (payload) => ends.includes(String((payload as Payload)['status'])),
        },
      ),
      ...(event !== undefined && { event: alter('SecurityEventNotification', { type: 'StartupOfTheDevice' }) }),
    } as Record<string, Fault | Fault[]>,
    async run(context) {
      const { check } = context;
      await ready(context);
      await quiet(context);
      const ordered = await order(context, kind, await wrong(context));
      judgeAccepted(context, ordered);
      const end = await step(context, ordered, 'Installed', ...FAILED);
      check('ended', () => expect(end?.payload['status']).to.be.oneOf([...ends]));
      if (event !== undefined) {
        const told = await securityEvent(context, ordered.since, event);
        check('event', () =>
          expect(told?.payload['timestamp'], `SecurityEventNotification ${event}`).to.be.recentInstant(),
        );
      }
      await quiet(context);
      judgeSteps(context, ordered, [...steps, ...(end === undefined ? [] : [String(end.payload['status'])])]);
    },
  });
}
