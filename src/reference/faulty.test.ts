/** What a fault does to what goes out and what comes in. */
import { expect } from 'chai';
import { VirtualClock } from '../clock.ts';
import type { Fault } from '../judge/fault.ts';
import type { Transport, TransportEvents } from '../wire/transport.ts';
import { faulty } from './faulty.ts';

/** A system with a fault that repeats to `heard` what it hears, and what is seen of it on the wire. */
function system(fault: Partial<Fault>) {
  const wire: string[] = [];
  const heard: string[] = [];
  let inner: TransportEvents | undefined;
  const transport: Transport = {
    subprotocol: 'ocpp1.6',
    attach: (events) => {
      inner = events;
    },
    send: (message) => wire.push(String(message)),
    close: () => wire.push('closed'),
    terminate: () => {},
  };
  const own = faulty(transport, [{ name: 'test', says: 'test', ...fault }], new VirtualClock());
  own.attach({ message: (message) => heard.push(String(message)), close: () => {} });
  return { wire, heard, own, comes: (text: string) => inner?.message(text) };
}

const CALL = '[2,"c","Reset",{"type":"Hard"}]';
const OTHER = '[2,"c","Reset",{"type":"Soft"}]';

describe('a faulty system', () => {
  it('hears something else than was said', () => {
    const { heard, comes } = system({ hears: () => [OTHER] });
    comes(CALL);
    expect(heard).to.deep.equal([OTHER]);
  });

  it('hears nothing, and is answered for', () => {
    const { heard, wire, comes } = system({
      hears: (_, answer) => {
        answer('[3,"c",{"status":"Accepted"}]');
        return [];
      },
    });
    comes(CALL);
    expect(heard).to.deep.equal([]);
    expect(wire).to.deep.equal(['[3,"c",{"status":"Accepted"}]']);
  });

  it('hears an answer under the action of its own CALL', () => {
    const actions: string[] = [];
    const { own, comes } = system({
      hears: ({ action }) => {
        actions.push(action);
        return undefined;
      },
    });
    own.send('[2,"h","Heartbeat",{}]');
    comes('[3,"h",{"currentTime":"2026-01-01T00:00:00Z"}]');
    expect(actions).to.deep.equal(['Heartbeat']);
  });

  it('hangs up in place of an answer', () => {
    const { own, wire, comes } = system({ rewrite: () => [{ text: '', hangsUp: true }] });
    comes(CALL);
    own.send('[3,"c",{"status":"Accepted"}]');
    expect(wire).to.deep.equal(['closed']);
  });
});
