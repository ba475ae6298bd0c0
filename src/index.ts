/** The library: what a test of your own can use. */
export { realClock, VirtualClock } from './clock.ts';
export { dialects, type OcppVersion, ocppVersions } from './dialects/index.ts';
export { alter, behaviour, delay, drop, duplicate, insteadOf, refuses } from './judge/fault.ts';
export { suite, testCase } from './judge/test-case.ts';
export { expect } from './judge/words.ts';
export { decode } from './ocppj/decode.ts';
export type { Frame } from './ocppj/frame.ts';
export { serveCsms } from './reference/serve-csms.ts';
export type { Report } from './report.ts';
export { Session } from './session.ts';
export { socketDialer } from './wire/ws-client.ts';
export { listen } from './wire/ws-server.ts';
