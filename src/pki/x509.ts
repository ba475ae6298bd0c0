/** The library of certificates, with our crypto behind it; loaded when first asked for, since it takes its time. */
import { createRequire } from 'node:module';
import type * as X509 from '@peculiar/x509';
import { nodeCrypto } from './node-crypto.ts';

let loaded: typeof X509 | undefined;

/** At once and not by `import()`: that would wait for a disk, which virtual time knows nothing of. */
export function x509(): typeof X509 {
  if (loaded === undefined) {
    const require = createRequire(import.meta.url);
    // A polyfill that the library wants in front of it.
    require('reflect-metadata');
    loaded = require('@peculiar/x509') as typeof X509;
    loaded.cryptoProvider.set(nodeCrypto);
  }
  return loaded;
}
