/** The suites that judge a charging station's credentials. */
import type { Suite } from '../../src/judge/test-case.ts';
import certificates from './certificates.ts';
import renewal from './renewal.ts';

export const securitySuites: readonly Suite[] = [certificates, renewal];
