/** The suites that judge a charging station's credentials. */
import type { Suite } from '../../src/judge/test-case.ts';
import access from './access.ts';
import certificates from './certificates.ts';
import usedCertificates from './certificates.used.ts';
import door from './door.ts';
import networkRoots from './network.roots.v2.ts';
import profilesBack from './profiles.back.ts';
import profilesV2 from './profiles.v2.ts';
import profilesV16 from './profiles.v16.ts';
import expiring from './renewal.expiry.ts';
import hiddenKey from './renewal.key.ts';
import renewal from './renewal.ts';
import unaskedCertificates from './renewal.unasked.ts';
import clockTls from './tls.clock.ts';
import cutTls from './tls.cut.ts';
import helloTls from './tls.hello.ts';
import oddTls from './tls.odd.ts';
import tls from './tls.ts';
import wrongTls from './tls.wrong.ts';

export const securitySuites: readonly Suite[] = [
  access,
  door,
  tls,
  wrongTls,
  oddTls,
  helloTls,
  cutTls,
  clockTls,
  certificates,
  usedCertificates,
  networkRoots,
  renewal,
  expiring,
  hiddenKey,
  unaskedCertificates,
  profilesV16,
  profilesBack,
  profilesV2,
];
