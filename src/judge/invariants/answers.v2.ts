/** Invariants of what a 2.x station answers about lists: monitors that were asked for, certificates of the types asked for. */
import { isFrame, type TracedFrame, type TraceEvent } from '../../trace.ts';
import { at, list } from '../path.ts';
import { type Breach, type Invariant, ofStation2, timesGiven } from './invariant.ts';
import { nameOf } from './reports.v2.ts';

/** What is wrong with an answer, in words. */
interface Rule {
  readonly ref: string;
  readonly wrong: (asked: unknown, answer: unknown) => string | undefined;
}

/** Both in one order, as texts. */
const differs = (asked: readonly string[], answered: readonly string[]): string | undefined => {
  const [wanted, given] = [[...asked].sort().join(', '), [...answered].sort().join(', ')];
  return wanted === given ? undefined : `asked about ${wanted}, answered about ${given}`;
};

const monitorOf = (item: unknown): string =>
  `${nameOf(item)} ${String(at(item, 'type'))} ${String(at(item, 'severity'))}`;

/** By action. */
const RULES: Readonly<Record<string, Rule>> = {
  SetVariableMonitoring: {
    ref: 'N04.FR.02',
    wrong: (asked, answer) =>
      differs(
        list(at(asked, 'setMonitoringData')).map(monitorOf),
        list(at(answer, 'setMonitoringResult')).map(monitorOf),
      ),
  },
  ClearVariableMonitoring: {
    ref: 'N06.FR.01',
    wrong: (asked, answer) =>
      differs(
        list(at(asked, 'id')).map(String),
        list(at(answer, 'clearMonitoringResult')).map((one) => String(at(one, 'id'))),
      ),
  },
  GetInstalledCertificateIds: {
    ref: 'M03.FR.04',
    wrong: (asked, answer) => {
      const types = list(at(asked, 'certificateType'));
      const other = list(at(answer, 'certificateHashDataChain'))
        .map((one) => at(one, 'certificateType'))
        .find((type) => types.length > 0 && !types.includes(type));
      return other === undefined ? undefined : `asked for ${types.join(', ')}, answered with ${String(other)}`;
    },
  },
};

/** What `answer` answers, where that was right. */
function questionOf(events: readonly TraceEvent[], answer: TracedFrame): unknown {
  const call = events.find(({ n }) => n === answer.answers);
  return call !== undefined && isFrame(call) && call.frame.kind === 'call' && !call.deliberate
    ? call.frame.payload
    : undefined;
}

const asAsked: Invariant = ofStation2(
  'answers-as-asked',
  'an answer about monitors or certificates is about those that were asked about',
  (events) =>
    events.filter(isFrame).flatMap((event): Breach[] => {
      const rule = RULES[event.action ?? ''];
      if (rule === undefined || event.origin !== 'sut' || event.frame.kind !== 'callresult') return [];
      const asked = questionOf(events, event);
      const message = asked === undefined ? undefined : rule.wrong(asked, event.frame.payload);
      return message === undefined
        ? []
        : [{ blame: 'sut', level: 'SHALL', message: `${event.action}: ${message}`, frame: event.n, ref: rule.ref }];
    }),
);

/** Identifiers are the same in capital and small letters (Part 2, 2.1.4). */
const lower = (value: unknown): string => String(value).toLowerCase();

const sameTransaction: Invariant = ofStation2(
  'remote-start-answer',
  'the transaction that an answer to RequestStartTransaction names is the one that is then told of',
  (events) =>
    events.filter(isFrame).flatMap((event): Breach[] => {
      if (event.action !== 'RequestStartTransaction' || event.origin !== 'sut' || event.frame.kind !== 'callresult')
        return [];
      const remoteStartId = at(questionOf(events, event), 'remoteStartId');
      const named = at(event.frame.payload, 'transactionId');
      if (remoteStartId === undefined || named === undefined) return [];
      if (timesGiven(events, 'RequestStartTransaction', 'remoteStartId', remoteStartId) > 1) return [];
      return events.filter(isFrame).flatMap(({ frame, n }): Breach[] => {
        if (n < event.n || frame.kind !== 'call' || frame.action !== 'TransactionEvent') return [];
        const info = at(frame.payload, 'transactionInfo');
        if (at(info, 'remoteStartId') !== remoteStartId) return [];
        const told = at(info, 'transactionId');
        if (lower(told) === lower(named)) return [];
        const message = `the answer named transaction ${String(named)}, and ${String(told)} is told of`;
        return [{ blame: 'sut', level: 'SHALL', message, frame: n, ref: 'F01.FR.13' }];
      });
    }),
);

export const answerInvariants: readonly Invariant[] = [asAsked, sameTransaction];
