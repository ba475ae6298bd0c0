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
    const last = new Map<string, Part>();
    /** Reports that were asked for, and did not end. */
    const open = new Set<string>();
    /** Where two of one number run at once, nobody can tell them apart. */
    const mixed = new Set<string>();
    return events.filter(isFrame).flatMap((event): Breach[] => {
      const { frame } = event;
      if (frame.kind !== 'call') return [];
      const requestId = at(frame.payload, 'requestId');
      if (event.origin === 'harness') {
        // The number of a report may be used again.
        for (const [action, asks] of Object.entries(ASKED_BY)) {
          if (!asks.test(frame.action)) continue;
          const stream = `${action} ${String(requestId)}`;
          if (open.has(stream)) mixed.add(stream);
          open.add(stream);
          last.delete(stream);
        }
        return [];
      }
      if (!(frame.action in ASKED_BY)) return [];
      const stream = `${frame.action} ${String(requestId)}`;
      if (mixed.has(stream)) return [];
      const before = last.get(stream);
      const part: Part = { frame: event, seqNo: at(frame.payload, 'seqNo'), more: at(frame.payload, 'tbc') === true };
      // What began before the trace has parts that are not in it.
      if (before === undefined && !open.has(stream)) return [];
      last.set(stream, part);
      if (!part.more) open.delete(stream);
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
