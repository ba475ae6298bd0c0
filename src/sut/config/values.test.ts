/** Small values: each form that is read, and what is said of the others. */
// biome-ignore-all lint/suspicious/noTemplateCurlyInString: variables are what is tested

import { expect } from 'chai';
import { readEndpoint } from './endpoint.ts';
import {
  expandIdentity,
  identityFault,
  type Reading,
  readDuration,
  readListen,
  readPassword,
  readVersion,
} from './values.ts';
import { expandVariables } from './variables.ts';

const value = <T>(reading: Reading<T>): T | string => (reading.ok ? reading.value : `${reading.says} / ${reading.fix}`);

describe('values of the configuration', () => {
  it('reads durations', () => {
    for (const [text, ms] of [
      ['500ms', 500],
      ['30s', 30_000],
      ['2m', 120_000],
      ['1.5s', 1_500],
      ['1h', 3_600_000],
    ] as const)
      expect(value(readDuration(text)), text).to.equal(ms);
    expect(value(readDuration('9999999h'))).to.match(/is longer than a year/);
    expect(value(readDuration('30'))).to.equal("'30' is no duration / Give it a unit: 30s or 30ms.");
    expect(value(readDuration('30 s'))).to.equal(
      "'30 s' is no duration / Write a number with its unit, such as 500ms, 30s or 2m.",
    );
    expect(value(readDuration('0.1ms'))).to.equal(
      "'0.1ms' is no time at all / Write a duration above zero, such as 30s.",
    );
  });

  it('reads versions, and knows what people write instead', () => {
    for (const version of ['1.6', '2.0.1', '2.1']) expect(value(readVersion(version))).to.equal(version);
    const meant = (text: string) => /Did you mean '([^']+)'/.exec(String(value(readVersion(text))))?.[1];
    for (const [wrong, right] of [
      ['2.0', '2.0.1'],
      ['2', '2.0.1'],
      ['1.6J', '1.6'],
      ['ocpp2.0.1', '2.0.1'],
      ['OCPP 2.1', '2.1'],
      ['16', '1.6'],
      ['201', '2.0.1'],
      ['1.5', '1.6'],
      ['v21', '2.1'],
      ['9', undefined],
    ] as const) {
      expect(meant(wrong), wrong).to.equal(right);
    }
  });

  it('reads addresses to listen on', () => {
    expect(value(readListen('8887'))).to.deep.equal({ host: '127.0.0.1', port: 8887 });
    expect(value(readListen('0.0.0.0:0'))).to.deep.equal({ host: '0.0.0.0', port: 0 });
    expect(value(readListen('[::1]:80'))).to.deep.equal({ host: '::1', port: 80 });
    for (const wrong of ['', 'host', 'host:', '1.6', 'a:b:80', '65536'])
      expect(readListen(wrong).ok, wrong).to.equal(false);
  });

  it('expands ranges of identities', () => {
    expect(value(expandIdentity('CP01'))).to.deep.equal(['CP01']);
    expect(value(expandIdentity('CP{08..11}'))).to.deep.equal(['CP08', 'CP09', 'CP10', 'CP11']);
    expect(value(expandIdentity('A{1..2}-{1..2}z'))).to.deep.equal(['A1-1z', 'A1-2z', 'A2-1z', 'A2-2z']);
    expect(value(expandIdentity('C{1..99999}'))).to.equal(
      "'C{1..99999}' means 99999 identities / At most 10000 are taken.",
    );
    for (const wrong of ['C{1..}', 'C{a..b}', 'C{1..2', 'C}', 'C{2..1}'])
      expect(expandIdentity(wrong).ok, wrong).to.equal(false);
  });

  it('judges identities by version', () => {
    expect(identityFault('a'.repeat(49), ['1.6'], false)).to.equal(undefined);
    expect(identityFault('a'.repeat(49), ['1.6', '2.1'], false)?.says).to.contain('has 49 characters');
    expect(identityFault('a:b', ['1.6'], false)).to.equal(undefined);
    expect(identityFault('a:b', ['1.6'], true)?.fix).to.equal('Basic authentication can carry none in an identity.');
    expect(identityFault(' a', ['1.6'], false)?.says).to.equal(
      "identity 'a' has spaces around it or control characters in it",
    );
    expect(identityFault('a\nb', ['1.6'], false)).to.not.equal(undefined);
  });

  it('reads passwords as bytes', () => {
    const bytes = (text: string) => {
      const reading = readPassword(text, ['1.6']);
      return reading.ok ? [...reading.value.bytes] : reading.says;
    };
    expect(bytes('ü')).to.deep.equal([0xc3, 0xbc]);
    expect(bytes(`hex:${'fF'.repeat(20)}`)).to.deep.equal(Array.from({ length: 20 }, () => 0xff));
    expect(bytes(`hex:${'a'.repeat(33)}`)).to.equal('the hex: password has 33 digits');
    expect(bytes(`hex:${'a'.repeat(42)}`)).to.equal('the hex: password has 42 digits');
  });

  it('reads endpoints', () => {
    for (const [text, url] of [
      ['ws://h', 'ws://h'],
      ['WSS://H:8443/a/b//', 'wss://h:8443/a/b'],
      ['ws://[::1]:9/x/', 'ws://[::1]:9/x'],
      ['ws://h:80/', 'ws://h'],
    ] as const) {
      expect(value(readEndpoint(text, ['CP1'])), text).to.equal(url);
    }
    expect(value(readEndpoint('ws://h/CP1', ['CP1']))).to.equal(
      "the address ends with the identity 'CP1' / The identity is added to it: write ws://h.",
    );
    expect(readEndpoint('ws://h/CP1', ['CP2']).ok).to.equal(true);
    expect(value(readEndpoint('//h/x', []))).to.equal("'//h/x' has no scheme / Write ws://h/x, or wss:// for TLS.");
    expect(value(readEndpoint('http://u:secret@h', []))).to.not.contain('secret');
  });

  it('expands variables', () => {
    const expand = (text: string) => expandVariables(text, { A: 'x', E: '' });
    expect(expand('plain $A $')).to.equal(undefined);
    for (const [text, expanded] of [
      ['a${A}b${A}', 'axbx'],
      ['${E}|${E:-d}|${N:-d e:f}|${N:-}|${A:-d}', '|d|d e:f||x'],
      ['$${A}', '${A}'],
    ] as const) {
      expect(expand(text), text).to.deep.equal({ text: expanded, faults: [] });
    }
    const fault = (text: string) => expand(text)?.faults[0]?.says;
    expect(fault('${N}')).to.equal('variable N is not set');
    expect(fault('${E:?needed}')).to.equal('variable E is not set: needed');
    expect(fault('${A-b}')).to.equal("'${A-b}' is no variable");
    expect(fault('${}')).to.equal("'${}' is no variable");
  });
});
