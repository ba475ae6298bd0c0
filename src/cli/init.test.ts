/** `plugproof init`: what it writes is valid, and nothing is lost. */
import { expect } from 'chai';
import { parse } from 'yaml';
import { makeFixture, usageMessage } from '../sut/config/fixture.test.ts';
import { loadConfig } from '../sut/config/load-config.ts';
import { resolveSettings } from '../sut/config/settings.ts';
import { plugproofVersion } from '../version.ts';
import { configTemplate, type Files, init } from './init.ts';

function memory(there: Readonly<Record<string, string>> = {}): Files & { readonly files: Map<string, string> } {
  const files = new Map(Object.entries(there));
  return { files, exists: (path) => files.has(path), write: (path, text) => void files.set(path, text) };
}

describe('init', () => {
  it('writes a configuration that our own schema takes', () => {
    const fixture = makeFixture();
    try {
      const result = init({ cwd: fixture.dir });
      expect(result).to.deep.equal({
        written: ['plugproof.yaml'],
        next: ['Set sut.url and sut.ocpp in plugproof.yaml, then run: plugproof doctor'],
      });
      const env = { cwd: fixture.dir, variables: {} };
      const { sut, driver, report } = resolveSettings('csms', loadConfig(env), {}, env);
      expect([sut.url, sut.ocpp, sut.identities.length, driver.name, report]).to.deep.equal([
        'ws://localhost:8180/ocpp',
        ['1.6'],
        4,
        'none',
        ['console'],
      ]);
      expect(usageMessage(() => init({ cwd: fixture.dir }))).to.equal(
        'plugproof.yaml is there already, and nothing was written\n  Add --force to write over.',
      );
    } finally {
      fixture.remove();
    }
  });

  it('writes comments that are valid once they are taken away', () => {
    const fixture = makeFixture();
    try {
      // Every commented key, on; what it stands beside or would double, off.
      const bare = configTemplate
        .replace(/^( *)# (?=[a-z]\w*:| {2}\w+:)/gm, '$1')
        .replace('driver: none\n', '')
        .replace(/^ {2}listen:.*\n/m, '')
        .replace('profile: 2', 'profile: 1')
        .replace(/^ {2}(ca|caKey|publicCert|publicKey|revoked):.*\n/gm, '');
      fixture.write('plugproof.yaml', bare);
      const env = { cwd: fixture.dir, variables: { STATION_PASSWORD: 'long-enough-for-all' } };
      const config = loadConfig(env);
      expect(Object.keys(config?.value ?? {})).to.have.members([
        'sut',
        'ids',
        'security',
        'driver',
        'cases',
        'skip',
        'baseline',
        'timeout',
        'report',
      ]);
      const settings = resolveSettings('csms', config, {}, env);
      expect(settings.driver.name).to.equal('steve');
      expect(Object.keys(settings.sut.tokens)).to.deep.equal(['valid', 'blocked', 'expired']);
    } finally {
      fixture.remove();
    }
  });

  it('writes a pipeline beside it', () => {
    for (const [ci, path] of [
      ['github', '.github/workflows/plugproof.yml'],
      ['gitlab', 'plugproof.gitlab-ci.yml'],
      ['jenkins', 'Jenkinsfile.plugproof'],
    ] as const) {
      const files = memory();
      expect(init({ cwd: '/x', ci, files }).written).to.deep.equal(['plugproof.yaml', path]);
      const text = files.files.get(`/x/${path}`) ?? '';
      expect(text).to.contain(`npx --yes plugproof@${plugproofVersion()} test csms`).and.contain('junit');
      if (ci !== 'jenkins') expect(parse(text)).to.be.an('object');
    }
    const files = memory();
    init({ cwd: '/x', ci: 'github', files });
    expect(
      (
        parse(files.files.get('/x/.github/workflows/plugproof.yml') ?? '') as {
          jobs: { plugproof: { steps: { env?: unknown }[] } };
        }
      ).jobs.plugproof.steps[3]?.env,
    ).to.deep.equal({ STATION_PASSWORD: '$' + '{{ secrets.STATION_PASSWORD }}' });
  });

  it('writes all or nothing, and over what is there only by force', () => {
    const files = memory({ '/x/.github/workflows/plugproof.yml': 'mine' });
    expect(usageMessage(() => init({ cwd: '/x', ci: 'github', files }))).to.equal(
      '.github/workflows/plugproof.yml is there already, and nothing was written\n  Add --force to write over.',
    );
    expect([...files.files.keys()]).to.deep.equal(['/x/.github/workflows/plugproof.yml']);
    init({ cwd: '/x', ci: 'github', force: true, files });
    expect(files.files.get('/x/.github/workflows/plugproof.yml')).to.not.equal('mine');
    expect(usageMessage(() => init({ cwd: '/x', ci: 'github', files }))).to.match(
      /^plugproof\.yaml and \.github\/workflows\/plugproof\.yml are there already/,
    );
  });

  it('knows which pipelines there are', () => {
    expect(usageMessage(() => init({ cwd: '/x', ci: 'gitlub', files: memory() }))).to.equal(
      "--ci: there is no 'gitlub'\n  Did you mean 'github'? There are: github, gitlab, jenkins.",
    );
  });
});
