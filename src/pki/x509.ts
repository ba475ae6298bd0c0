/** The library of certificates, set up: it needs a polyfill before it, and our crypto behind it. */
import 'reflect-metadata';
import * as x509 from '@peculiar/x509';
import { nodeCrypto } from './node-crypto.ts';

x509.cryptoProvider.set(nodeCrypto);

export { x509 };
