/** CSMS, what else came with OCPP 2.1: battery swap, streams of events, and new words in old orders. */
import type { Context } from '../../src/judge/context.ts';
import { suite } from '../../src/judge/test-case.ts';
import { randomWord } from '../../src/random.ts';
import type { Payload } from '../../src/session.ts';
import { ahead, oddNumber, oddUrl } from './odds.ts';
import { noticeCase, orderCase } from './orders.v21.ts';

type Chance = Pick<Context, 'clock' | 'random'>;

/** PICS id: battery swap. */
const SWAP = 'C-76';
/** PICS id: the device model with monitors. */
const MONITORING = 'DM-0';

const accepted = { status: 'Accepted' };

const swap = (id: string, title: string, octt: string, answer: Payload) =>
  orderCase({
    id: `csms/battery-swap/${id}`,
    title,
    octt,
    feature: SWAP,
    action: 'RequestBatterySwap',
    asked: (context) => ({
      requestId: oddNumber(context, 1_000),
      idToken: { idToken: randomWord(context.random, 14), type: 'Central' },
    }),
    answer,
  });

const batteries = (id: string, title: string, eventType: string) =>
  noticeCase({
    id: `csms/battery-swap/${id}`,
    title,
    feature: SWAP,
    action: 'BatterySwap',
    ref: 'BatterySwapRequest.eventType',
    says: 'what became of the batteries is taken',
    told: (context) => ({
      eventType,
      requestId: oddNumber(context, 1_000),
      idToken: { idToken: randomWord(context.random, 14), type: 'Central' },
      batteryData: [1, 2].map((evseId) => ({
        evseId,
        serialNumber: randomWord(context.random, 12),
        soC: oddNumber(context, 11, 80),
        soH: 97.5,
      })),
    }),
  });

const stream = (context: Chance): Payload => ({
  id: oddNumber(context, 1),
  variableMonitoringId: oddNumber(context, 1),
  params: { interval: 5, values: 10 },
});

export default [
  suite('csms/battery-swap', 'Battery swap (2.1)', [
    swap('asked-for', 'CSMS asks for batteries', 'TC_S_103_CSMS', accepted),
    swap('none-left', 'CSMS goes on with a station that has too few batteries', 'TC_S_102_CSMS', {
      status: 'Rejected',
      statusInfo: { reasonCode: 'NoBatteryAvailable' },
    }),
    batteries('put-in', 'CSMS takes that batteries were put in', 'BatteryIn'),
    batteries('taken-out', 'CSMS takes that batteries were taken out', 'BatteryOut'),
    batteries('left-there', 'CSMS takes that batteries were left where they were', 'BatteryOutTimeout'),
  ]),
  suite('csms/diagnostics', 'Streams of events (2.1)', [
    noticeCase({
      id: 'csms/diagnostics/stream-opened',
      title: 'CSMS answers a station that opens a stream of events',
      feature: MONITORING,
      action: 'OpenPeriodicEventStream',
      ref: 'OpenPeriodicEventStreamRequest.constantStreamData',
      says: 'the stream is accepted or rejected',
      told: (context) => ({ constantStreamData: stream(context) }),
    }),
    noticeCase({
      id: 'csms/diagnostics/stream-closed',
      title: 'CSMS takes the end of a stream',
      feature: MONITORING,
      action: 'ClosePeriodicEventStream',
      ref: 'ClosePeriodicEventStreamRequest.id',
      says: 'the end of the stream is taken',
      told: (context) => ({ id: oddNumber(context, 1) }),
    }),
    orderCase({
      id: 'csms/diagnostics/streams-read',
      title: 'CSMS reads how fast the streams of a station are, and changes one',
      feature: MONITORING,
      action: 'AdjustPeriodicEventStream',
      asked: (context) => ({
        id: oddNumber(context, 1),
        params: { interval: oddNumber(context, 2, 50), values: oddNumber(context, 2, 90) },
      }),
      answer: accepted,
    }),
    orderCase({
      id: 'csms/diagnostics/data-collector',
      title: 'CSMS orders the log of the data collector',
      octt: 'TC_N_100_CSMS',
      feature: 'C-65',
      action: 'GetLog',
      asked: (context) => ({
        logType: 'DataCollectorLog',
        requestId: oddNumber(context, 1_000),
        log: {
          remoteLocation: oddUrl(context, 'logs'),
          oldestTimestamp: ahead(context, -oddNumber(context, 7_200)),
          latestTimestamp: ahead(context, -oddNumber(context, 60, 600)),
        },
      }),
      answer: { status: 'Rejected' },
    }),
  ]),
  suite('csms/remote-control', 'Triggers (2.1)', [
    orderCase({
      id: 'csms/remote-control/trigger-custom',
      title: 'CSMS asks for a message of the vendor',
      octt: 'TC_F_100_CSMS',
      action: 'TriggerMessage',
      asked: ({ random }) => ({ requestedMessage: 'CustomTrigger', customTrigger: randomWord(random, 20) }),
      answer: { status: 'NotImplemented' },
    }),
  ]),
  suite('csms/provisioning', 'Resets and network profiles (2.1)', [
    orderCase({
      id: 'csms/provisioning/reset-and-resume',
      title: 'CSMS resets a station at once, to go on afterwards',
      octt: 'TC_B_104_CSMS',
      action: 'Reset',
      asked: () => ({ type: 'ImmediateAndResume' }),
      answer: accepted,
      restarts: true,
    }),
    orderCase({
      id: 'csms/provisioning/network-profile-credentials',
      title: 'CSMS sets a network profile with an identity and a password of its own',
      octt: 'TC_B_100_CSMS',
      action: 'SetNetworkProfile',
      asked: (context) => ({
        configurationSlot: oddNumber(context, 2, 7),
        connectionData: {
          ocppInterface: 'Wireless1',
          ocppTransport: 'JSON',
          messageTimeout: oddNumber(context, 31, 60),
          ocppCsmsUrl: 'wss://csms.example.org/ocpp',
          securityProfile: 2,
          identity: randomWord(context.random, 16),
          basicAuthPassword: randomWord(context.random, 40),
        },
      }),
      answer: accepted,
    }),
  ]),
  suite('csms/display-message', 'Languages (2.1)', [
    orderCase({
      id: 'csms/display-message/language-not-supported',
      title: 'CSMS goes on with a station that lacks the language of a message',
      octt: 'TC_O_100_CSMS',
      feature: 'UI-0',
      action: 'SetDisplayMessage',
      asked: (context) => ({
        message: {
          id: oddNumber(context, 1_000),
          priority: 'NormalCycle',
          message: { format: 'UTF8', language: 'fi', content: randomWord(context.random, 30) },
        },
      }),
      answer: { status: 'LanguageNotSupported' },
    }),
  ]),
];
