/** Where a WebSocket end can be wrong below its messages: names of the fault table, and what each does. Only faults use them. */

export const wireSlips = {
  'serves-unmasked-frames': 'frames of a client are taken without a mask',
  'takes-masked-frames': 'frames of a server are taken with a mask',
  'serves-reserved-bits': 'reserved bits are not looked at',
  'serves-reserved-opcodes': 'frames with a reserved opcode are taken for text',
  'serves-reserved-controls': 'control frames with a reserved opcode are answered with a pong',
  'loses-fragments': 'of a message in fragments, only the first one is read',
  'hangs-up-between-fragments': 'a ping between fragments ends the connection',
  'reads-fragments-alone': 'each fragment is decoded by itself, so that a character in two of them is no text',
  'mixes-fragments': 'a message that begins inside another, and a fragment of none, are taken as they come',
  'takes-broken-controls': 'control frames in fragments, or longer than 125 bytes, are taken',
  'takes-bad-utf8': 'what is no UTF-8 is read with question marks',
  'waits-for-any-length': 'a frame of any length is waited for',
  'gathers-without-end': 'fragments are gathered without end',
  'takes-bad-closes': 'a close frame with a code or a reason that none can have ends the connection as a good one',
  'never-echoes-closes': 'a close frame is not answered',
  'keeps-closed-connections': 'after the closing handshake the connection stays open',
  'serves-after-close': 'what comes behind a close frame is served',
  'answers-no-pings': 'pings are not answered',
  'answers-empty-pongs': 'pongs come back empty',
  'hangs-up-on-pongs': 'a pong that nobody asked for ends the connection',
  'dies-on-many-pings': 'many pings end the service for everybody',
  'reads-segments-alone': 'a frame that comes in several segments is lost',
  'reads-one-frame-a-segment': 'of several frames in one segment, the first is read',
  'never-fails': 'what is wrong on the WebSocket is looked over',
  'fails-without-close': 'what fails is cut off without a close frame',
  'fails-with-1000': 'what fails is closed as if nothing were wrong',
  'dies-on-bad-frames': 'a frame that is wrong ends the service for everybody',
  'serves-binary': 'a binary message is taken for text',
  'dies-on-binary': 'a binary frame ends the service for everybody',
  'dies-on-unusual-frames': 'a message in fragments or slices ends the service for everybody',
  'closes-with-1001': 'every close frame is answered with the code 1001',
  'dies-on-lost-lines': 'a connection that is cut in the middle of a frame ends the service for everybody',
  'dies-on-bad-heads': 'a request that is no right handshake ends the service for everybody',
  'declines-compression': 'permessage-deflate is never agreed to',
  'serves-compressed-only': 'messages that are not compressed are not served',
  'fails-on-odd-offers': 'an offer of compression that can not be met is answered with 500',
  'loses-compressed': 'compressed messages are not served',
  'compresses-unasked': 'extensions are named that nobody offered',
  'agrees-to-anything': 'whatever extension is offered is agreed to, word for word',
  'inflates-without-end': 'a compressed message of any size is taken',
  'takes-bad-deflate': 'compressed data that is broken is read as an empty message',
  'takes-any-key': 'the key of the handshake is not looked at',
  'takes-any-version': 'the version of the WebSocket protocol is not looked at',
  'takes-any-method': 'a handshake by any HTTP method is let in',
  'says-500': 'a handshake that is wrong is answered with 500',
  'takes-any-path': 'a request without an identity is let in',
  'fails-on-odd-heads': 'a request that is odd is answered with 500',
  'hangs-on-odd-heads': 'a request that is odd is not answered',
  'dies-on-odd-heads': 'a request that is odd ends the service for everybody',
  'dies-without-identity': 'a request without an identity ends the service for everybody',
  'dies-on-early-bytes': 'what comes in one segment with the handshake ends the service for everybody',
  'dies-on-slow-heads': 'a head that does not end ends the service for everybody',
  'serves-one-at-a-time': 'while a head is waited for, nobody else is served',
  'believes-the-url': 'a version in the query of the URL is the one that is named',
  'waits-for-heads': 'a head that never ends is waited for without end',
} as const;

export type WireSlip = keyof typeof wireSlips;

export const isWireSlip = (name: string): name is WireSlip => Object.hasOwn(wireSlips, name);

/** The slips of an end; a right one has none. */
export type WireSlips = ReadonlySet<WireSlip>;

export const noSlips: WireSlips = new Set();
