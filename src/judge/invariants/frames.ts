/** Invariants of single frames: form, message types, actions, directions, codes, ids. */
import { mayInitiate } from '../../dialects/dialect.ts';
import { isFrame, type TracedFrame, type TraceEvent } from '../../trace.ts';
import { type Breach, type Facts, type Invariant, roleOf } from './invariant.ts';

type Judge = (event: TracedFrame, facts: Facts) => Omit<Breach, 'blame' | 'frame'> | undefined;

/** An invariant that looks at one frame at a time; what the harness sent wrong on purpose is left out. */
function eachFrame(id: string, says: string, judge: Judge): Invariant {
  return {
    id,
    says,
    check: (events: readonly TraceEvent[], facts) =>
      events.filter(isFrame).flatMap((event) => {
        const breach = event.deliberate ? undefined : judge(event, facts);
        return breach ? [{ ...breach, blame: event.origin, frame: event.n }] : [];
      }),
  };
}

const MESSAGE_TYPE: Readonly<Record<string, number>> = {
  call: 2,
  callresult: 3,
  callerror: 4,
  callresulterror: 5,
  send: 6,
};

export const frameInvariants: readonly Invariant[] = [
  eachFrame('well-formed', 'every message is a frame of OCPP-J', ({ frame }, { dialect }) =>
    frame.kind === 'malformed'
      ? { level: 'SHALL', message: frame.says, ref: dialect.version === '1.6' ? 'J 4.2' : 'P4 4.2' }
      : undefined,
  ),
  eachFrame('message-type', 'only message types of the version are used', ({ frame }, { dialect }) => {
    const type = MESSAGE_TYPE[frame.kind];
    return type === undefined || dialect.messageTypes.has(type)
      ? undefined
      : { level: 'SHALL', message: `${dialect.version} has no message type ${type}` };
  }),
  eachFrame('known-action', 'only actions of the version are called', ({ frame }, { dialect }) =>
    (frame.kind === 'call' || frame.kind === 'send') && !Object.hasOwn(dialect.actions, frame.action)
      ? { level: 'SHALL', message: `${dialect.version} has no action ${frame.action}` }
      : undefined,
  ),
  eachFrame('direction', 'only the side that may initiate an action calls it', (event, facts) => {
    const { frame } = event;
    if (frame.kind !== 'call' && frame.kind !== 'send') return undefined;
    if (!Object.hasOwn(facts.dialect.actions, frame.action)) return undefined;
    const role = roleOf(event, facts);
    return mayInitiate(facts.dialect, role, frame.action)
      ? undefined
      : { level: 'SHALL', message: `${frame.action} is not for the ${role} to call` };
  }),
  eachFrame('error-code', 'every CALLERROR has a code of the version', ({ frame }, { dialect }) =>
    (frame.kind === 'callerror' || frame.kind === 'callresulterror') && !dialect.errorCodes.has(frame.code)
      ? {
          level: 'SHALL',
          message: `${dialect.version} has no error code ${frame.code}`,
          ref: dialect.version === '1.6' ? 'J 4.2.3' : 'P4 4.2.3',
        }
      : undefined,
  ),
  eachFrame('error-details', 'the details of a CALLERROR are an object', ({ frame }, { dialect }) =>
    frame.kind === 'callerror' &&
    (frame.details === null || typeof frame.details !== 'object' || Array.isArray(frame.details))
      ? {
          level: 'SHALL',
          message: 'the details are no object',
          ref: dialect.version === '1.6' ? 'J 4.2.3' : 'P4 4.2.3',
        }
      : undefined,
  ),
  eachFrame('message-id-length', 'a message id has at most 36 characters', ({ frame }, { dialect }) =>
    frame.kind === 'call' && [...frame.id].length > dialect.maxMessageId
      ? {
          level: 'SHALL',
          message: `the message id has ${[...frame.id].length} characters`,
          ref: dialect.version === '1.6' ? 'JE 3.7' : 'P4 4.1.4',
        }
      : undefined,
  ),
];
