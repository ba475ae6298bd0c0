/** Frame parts → text. Written by hand, so that a caller can also send what no frame should be. */
import { MessageType } from './frame.ts';

export const encodeCall = (id: string, action: string, payload: unknown): string =>
  JSON.stringify([MessageType.Call, id, action, payload]);

export const encodeCallResult = (id: string, payload: unknown): string =>
  JSON.stringify([MessageType.CallResult, id, payload]);

export const encodeCallError = (id: string, code: string, description = '', details: unknown = {}): string =>
  JSON.stringify([MessageType.CallError, id, code, description, details]);

export const encodeCallResultError = (id: string, code: string, description = '', details: unknown = {}): string =>
  JSON.stringify([MessageType.CallResultError, id, code, description, details]);

export const encodeSend = (id: string, action: string, payload: unknown): string =>
  JSON.stringify([MessageType.Send, id, action, payload]);
