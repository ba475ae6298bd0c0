/** Which k6 is taken, and what is said where there is none. */
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { findK6, NoK6 } from './find.ts';

describe('k6', () => {
  const folder = mkdtempSync(join(tmpdir(), 'plugproof-k6-find-'));
  after(() => rmSync(folder, { recursive: true }));
  const fake = (name: string, says: string, code = 0) => {
    const path = join(folder, name);
    writeFileSync(path, `#!/bin/sh\necho '${says}'\nexit ${code}\n`);
    chmodSync(path, 0o755);
    return path;
  };
  const good = fake('good', 'k6 v1.8.1 (go1.26.8, linux/amd64)');
  const newer = fake('newer', 'k6 v2.0.0 (commit/abc, go1.26.8, linux/amd64)');

  it('is taken from the option, then from the environment', () => {
    expect(findK6(good, { K6_BIN: newer })).to.equal(good);
    expect(findK6(undefined, { K6_BIN: newer })).to.equal(newer);
  });

  const refused: readonly [name: string, bin: string, says: RegExp][] = [
    ['that is not there', join(folder, 'none'), /there is no k6 at/],
    ['that is too old', fake('old', 'k6 v1.5.0 (go1.24, linux/amd64)'), /k6 1\.5; 1\.6 or later is needed/],
    ['that fails', fake('fails', 'k6 v1.8.1', 1), /there is no k6 at/],
    ['that is something else', fake('else', 'hello'), /says no version of k6/],
  ];
  for (const [name, bin, says] of refused) {
    it(`is refused where it is one ${name}, with how to get it`, () => {
      expect(() => findK6(bin, {}))
        .to.throw(NoK6, says)
        .with.property('message')
        .that.matches(/go install go\.k6\.io\/k6@v1\.8\.1[\s\S]*--engine node/);
    });
  }
});
