/** Which plugproof.yaml is found, and what is said where it can't be read. */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'chai';
import { type Fixture, makeFixture, usageMessage } from './fixture.test.ts';
import { findConfig, loadConfig } from './load-config.ts';

describe('plugproof.yaml', () => {
  let fixture: Fixture;
  beforeEach(() => {
    fixture = makeFixture();
  });
  afterEach(() => fixture.remove());
  const load = (cwd: string, file?: string) => loadConfig({ cwd, variables: {}, ...(file !== undefined && { file }) });

  it('is looked for from here up to the repository root', () => {
    const deep = join(fixture.dir, 'a', 'b');
    mkdirSync(deep, { recursive: true });
    expect(findConfig(deep)).to.equal(undefined);
    const top = fixture.write('.config/plugproof.yaml', '');
    expect(findConfig(deep)).to.equal(top);
    const plain = fixture.write('plugproof.yaml', '');
    expect(findConfig(deep)).to.equal(plain);
    const near = fixture.write('a/plugproof.yml', '');
    expect(findConfig(deep)).to.equal(near);
  });

  it('is not looked for beyond the repository root', () => {
    fixture.write('plugproof.yaml', '');
    const inner = join(fixture.dir, 'inner');
    mkdirSync(join(inner, '.git'), { recursive: true });
    expect(findConfig(inner)).to.equal(undefined);
  });

  it('may be missing or empty', () => {
    expect(load(fixture.dir)).to.equal(undefined);
    fixture.write('plugproof.yaml', '# nothing\n');
    expect(load(fixture.dir)?.value).to.deep.equal({});
  });

  it('is named as seen from here, and its paths start where it lies', () => {
    fixture.write('conf/my.yaml', '\uFEFFjobs: 2\n');
    const config = load(fixture.dir, 'conf/my.yaml');
    expect([config?.file, config?.dir, config?.value]).to.deep.equal([
      'conf/my.yaml',
      join(fixture.dir, 'conf'),
      { jobs: 2 },
    ]);
    expect(load(join(fixture.dir, 'conf'), '../conf/my.yaml')?.file).to.equal('my.yaml');
    expect(load(join(fixture.dir, 'conf', 'x'), '../my.yaml')?.file).to.equal(join(fixture.dir, 'conf', 'my.yaml'));
  });

  it('is complained about where it was asked for and can not be read', () => {
    expect(usageMessage(() => load(fixture.dir, 'no.yaml'))).to.equal(
      "--config: can't read no.yaml: there is no such file",
    );
    expect(usageMessage(() => load(fixture.dir, '.git'))).to.equal("--config: can't read .git: it is a folder");
  });

  it('may repeat itself by an alias', () => {
    fixture.write('plugproof.yaml', 'cases: &some [a, b]\nskip: *some\n');
    expect(load(fixture.dir)?.value).to.deep.equal({ cases: ['a', 'b'], skip: ['a', 'b'] });
  });
});
