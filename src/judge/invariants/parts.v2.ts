/** Invariant of what a 2.x station tells in parts: they are numbered from 0, and the one without `tbc` is the last. */
import { isFrame, type TracedFrame } from '../../trace.ts';
import { at } from '../path.ts';
import { type Breach, type Invariant, ofStation2 } from './invariant.ts';

/** Messages in parts, and what asks for them. */
const ASKED_BY: Readonly<Record<string, RegExp>> = {
  NotifyReport: /^Get(Base)?Report$/,
  NotifyMonitoringReport: /^GetMonitoringReport$/,
  NotifyCustomerInformation: /^CustomerInformation$/,
  NotifyDisplayMessages: /^GetDisplayMessages$/,
  ReportChargingProfiles: /^GetChargingProfiles$/,
};

interface Part {
  readonly frame: TracedFrame;
  readonly seqNo: unknown;
  readonly more: boolean;
}

const inParts: Invariant = ofStation2(
  'report-parts',
  'what is told in parts is numbered from 0, and nothing comes behind the last part',
  (events) => {
    const asked = new Set<string>();
    const last = new Map<string, Part>();
    return events.filter(isFrame).flatMap((event): Breach[] => {
      const { frame } = event;
      if (frame.kind !== 'call') return [];
      const requestId = at(frame.payload, 'requestId');
      if (event.origin === 'harness') {
        for (const [action, asks] of Object.entries(ASKED_BY)) {
          if (!asks.test(frame.action)) continue;
          // The number of a report may be used again.
          last.delete(`${action} ${String(requestId)}`);
          asked.add(`${action} ${String(requestId)}`);
        }
        return [];
      }
      if (!(frame.action in ASKED_BY)) return [];
      const stream = `${frame.action} ${String(requestId)}`;
      // Of a report that was asked for before the trace begins, the first part may be missing in it.
      if (!asked.has(stream)) return [];
      const before = last.get(stream);
      const part: Part = { frame: event, seqNo: at(frame.payload, 'seqNo'), more: at(frame.payload, 'tbc') === true };
      last.set(stream, part);
      const breach = (message: string, ref: string): Breach[] => [
        { blame: 'sut', level: 'SHALL', message: `${frame.action}: ${message}`, frame: event.n, ref },
      ];
      // What was not accepted may be sent again.
      const heard =
        before === undefined || events.some(({ answers, kind }) => answers === before.frame.n && kind === 'callresult');
      if (!heard) return [];
      if (before !== undefined && !before.more)
        return breach(`the part of frame ${before.frame.n} was the last`, `${frame.action}Request.tbc`);
      const due = before === undefined ? 0 : Number(before.seqNo) + 1;
      return part.seqNo === undefined || part.seqNo === due
        ? []
        : breach(`seqNo is ${String(part.seqNo)}, and ${due} was due`, `${frame.action}Request.seqNo`);
    });
  },
);

export const partInvariants: readonly Invariant[] = [inParts];
