/** How three OCPP libraries differ on the wire: what a right verdict has to explain. Measured; kept true by smoke.test.ts. */

import type { JsonObject } from './control.ts';
import type { OcppVersion } from './counterpart.ts';

/** Frames that provoke, by row; the second list is for OCPP 2.0.1. */
export const STIMULI: Record<string, Record<OcppVersion, string[]>> = {
  'malformed JSON': same('[2,"m","Heartbeat",{}'),
  'unknown action': same('[2,"m","NoSuchAction",{}]'),
  'missing field': {
    '1.6': ['[2,"m","BootNotification",{"chargePointVendor":"V"}]'],
    '2.0.1': ['[2,"m","BootNotification",{"reason":"PowerUp"}]'],
  },
  'wrong type': {
    '1.6': ['[2,"m","StatusNotification",{"connectorId":"one","errorCode":"NoError","status":"Available"}]'],
    '2.0.1': [
      '[2,"m","StatusNotification",{"timestamp":"2026-01-01T00:00:00Z","connectorStatus":"Available","evseId":"one","connectorId":1}]',
    ],
  },
  'extra property': same('[2,"m","Heartbeat",{"surplus":1}]'),
  'bad enum value': {
    '1.6': ['[2,"m","StatusNotification",{"connectorId":1,"errorCode":"NoError","status":"Dancing"}]'],
    '2.0.1': [
      '[2,"m","StatusNotification",{"timestamp":"2026-01-01T00:00:00Z","connectorStatus":"Dancing","evseId":1,"connectorId":1}]',
    ],
  },
  'numeric message id': same('[2,7,"Heartbeat",{}]'),
  'two CALLs with one id': same('[2,"m","Heartbeat",{}]', '[2,"m","Heartbeat",{}]'),
  'unsolicited CALLRESULT': same('[3,"m",{}]'),
};

function same(...texts: string[]): Record<OcppVersion, string[]> {
  return { '1.6': texts, '2.0.1': texts };
}

/** Answers in short: message type, id as JSON, error code. */
type Answers = Record<keyof typeof STIMULI, string[]>;

export interface WireBehaviour {
  answers: Answers;
  /** The answer to a handshake that offers only an unknown subprotocol, and to one that offers none. */
  unknownSubprotocol: string;
  noSubprotocol: string;
  /** What becomes of a payload that the operator wants sent; without it, nothing does. */
  rewrites?(payload: JsonObject): JsonObject;
}

const python: WireBehaviour = {
  answers: {
    'malformed JSON': [],
    'unknown action': ['4 "m" NotSupported'],
    'missing field': ['4 "m" ProtocolError'],
    'wrong type': ['4 "m" TypeConstraintViolation'],
    'extra property': ['4 "m" FormatViolation'],
    'bad enum value': ['4 "m" FormatViolation'],
    'numeric message id': ['3 7'],
    'two CALLs with one id': ['3 "m"', '3 "m"'],
    'unsolicited CALLRESULT': [],
  },
  unknownSubprotocol: '400',
  noSubprotocol: '400',
};

const ocppRpc: WireBehaviour = {
  answers: {
    'malformed JSON': ['4 "-1" RpcFrameworkError'],
    'unknown action': ['4 "m" NotImplemented'],
    'missing field': ['4 "m" OccurenceConstraintViolation'],
    'wrong type': ['4 "m" TypeConstraintViolation'],
    'extra property': ['4 "m" PropertyConstraintViolation'],
    'bad enum value': ['4 "m" FormatViolation'],
    'numeric message id': ['4 "-1" RpcFrameworkError'],
    // Only while the first is being answered: when they come in one segment. Apart, both are answered.
    'two CALLs with one id': ['4 "m" RpcFrameworkError', '3 "m"'],
    'unsolicited CALLRESULT': [],
  },
  unknownSubprotocol: '101 -',
  noSubprotocol: '101 -',
};

export const WIRE: Record<string, Partial<Record<OcppVersion, WireBehaviour>>> = {
  'python-ocpp': { '1.6': python, '2.0.1': python },
  'ocpp-rpc': {
    '1.6': {
      ...ocppRpc,
      answers: {
        ...ocppRpc.answers,
        // The library takes the 1.6 errata for the specification and the other way round.
        'missing field': ['4 "m" OccurrenceConstraintViolation'],
        'bad enum value': ['4 "m" FormationViolation'],
      },
    },
    '2.0.1': ocppRpc,
  },
  'java-oca': {
    '1.6': {
      answers: {
        'malformed JSON': [],
        'unknown action': ['4 "m" NotImplemented'],
        'missing field': ['4 "m" OccurenceConstraintViolation'],
        'wrong type': ['4 "m" FormationViolation'],
        'extra property': ['3 "m"'],
        'bad enum value': ['4 "m" OccurenceConstraintViolation'],
        'numeric message id': ['3 "7"'],
        'two CALLs with one id': ['3 "m"', '3 "m"'],
        'unsolicited CALLRESULT': ['4 "m" InternalError'],
      },
      unknownSubprotocol: '101 -',
      noSubprotocol: '101 -',
      // It reads into objects and writes again: instants in their shortest form, and a default written out.
      rewrites: (payload) =>
        JSON.parse(
          JSON.stringify(payload)
            .replaceAll('.000Z', 'Z')
            .replaceAll(/("limit":[\d.]+)}/g, '$1,"numberPhases":3}'),
        ) as JsonObject,
    },
  },
};
