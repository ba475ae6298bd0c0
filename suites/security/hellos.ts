/** What cases about the first bytes of TLS share: a right hello, what comes of one, and the control around them. */
import { isIP } from 'node:net';
import type { Context } from '../../src/judge/context.ts';
import { behaviour } from '../../src/judge/fault.ts';
import type { RawLine } from '../../src/judge/raw-line.ts';
import { Unmet, Unreachable } from '../../src/judge/unmet.ts';
import {
  clientHello,
  extensions,
  type HelloAnswer,
  type HelloOptions,
  helloAnswer,
  signals,
} from '../../src/wire/raw/hello.ts';
import { endMs } from '../ocppj/raw.ts';
import { letIn, stillThere } from './knocking.ts';

export const versions = ['1.6', '2.0.1', '2.1'] as const;
export const profiles = [2, 3] as const;

/** The whitepaper counts some requirements one lower than 2.x. */
export const refs = (v16: string, v2: string) => ({ '1.6': `W ${v16}`, '2.0.1': v2, '2.1': v2 }) as const;

export const dies = behaviour('dies-on-tls', 'a TLS handshake that fails ends the service for everybody');

const TLS12 = 0x0303;
/** Whatever a server of today may speak in TLS 1.2: with and without forward secrecy, with GCM, ChaCha20 and CBC. */
const USUAL = [
  0xc02b, 0xc02c, 0xc02f, 0xc030, 0xcca9, 0xcca8, 0x009e, 0x009f, 0x009c, 0x009d, 0xc023, 0xc027, 0xc009, 0xc013,
  0x003c, 0x002f,
];

/** A hello of TLS 1.2 that a server has nothing against; a case changes it. */
export function rightHello({
  sut,
}: Pick<Context, 'sut'>): HelloOptions & { readonly extensions: readonly Uint8Array[] } {
  const host = new URL(sut.url ?? 'wss://localhost').hostname.replace(/^\[|\]$/g, '');
  return {
    version: TLS12,
    suites: [...USUAL, signals.renegotiation],
    extensions: [
      ...(isIP(host) === 0 ? [extensions.serverName(host)] : []),
      extensions.groups(),
      extensions.points(),
      extensions.signatures(),
    ],
  };
}

/** What came of bytes in the place of a hello. */
export interface Heard {
  readonly line: RawLine;
  readonly answer: HelloAnswer | undefined;
  /** In words, for the report. */
  readonly says: string;
}

/** A fresh connection without TLS on it. @throws Unreachable where there is none */
export async function bareLine({ station }: Pick<Context, 'station'>): Promise<RawLine> {
  const line = await station.line({ plain: true });
  line.awaitResponse();
  return line;
}

/** Writes bytes on a fresh connection, and waits for the first words of the server, or for the end. */
export async function hears(
  context: Pick<Context, 'station' | 'sut'>,
  bytes: Uint8Array,
  what: string,
): Promise<Heard> {
  const line = await bareLine(context);
  line.write(bytes, what);
  return heardOn(line, endMs(context));
}

/** Waits for the first words of the server. */
export async function heardOn(line: RawLine, ms: number): Promise<Heard> {
  const answer = await line.until(() => helloAnswer(line.unread), ms);
  return { line, answer, says: tellAnswer(answer, line) };
}

function tellAnswer(answer: HelloAnswer | undefined, line: RawLine): string {
  if (answer?.kind === 'alert') return `alert ${answer.description}`;
  if (answer) return `a hello of version ${hex(answer.version)}, suite ${hex(answer.suite)}`;
  if (line.ended !== undefined) return 'the connection ended';
  return line.unread.length > 0 ? 'something that is no TLS' : 'silence';
}

const hex = (value: number): string => `0x${value.toString(16).padStart(4, '0')}`;

/** How an attempt ended that the server turned down: it did not answer with a hello. */
export const turnedDown = 'no hello of the server';
export const outcomeOf = ({ answer, says }: Heard): string => (answer?.kind === 'hello' ? says : turnedDown);

/** What the other end gets to notice that a connection was cut. */
const NOTICED_MS = 50;

/**
 * The control around hellos that are wrong: before, the station is let in, and a right hello as bytes is answered with a
 * hello; after, it is let in and served.
 * @throws Unmet where the right ones come to nothing
 */
export async function aroundHellos(context: Context<'there'>, tries: () => Promise<void>): Promise<void> {
  await (await letIn(context)).session.close();
  const { line, answer, says } = await hears(context, clientHello(rightHello(context)), 'control: a right hello');
  line.reset();
  if (answer?.kind !== 'hello') throw new Unmet(`control: a right hello of TLS 1.2, as bytes, came to ${says}`);
  await tries().catch((cause: unknown) => {
    // It was there a moment ago: `stillThere` tells what became of it.
    if (!(cause instanceof Unreachable)) throw cause;
    context.note(cause.message);
  });
  await context.clock.sleep(NOTICED_MS);
  await stillThere(context);
}
