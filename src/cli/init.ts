/** `plugproof init`: a commented plugproof.yaml, and a snippet for a pipeline. */
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { nearest } from '../nearest.ts';
import { UsageError } from '../usage-error.ts';
import { plugproofVersion } from '../version.ts';

export interface InitOptions {
  /** Folder that is written to. */
  readonly cwd: string;
  /** `github`, `gitlab` or `jenkins`. */
  readonly ci?: string;
  /** Writes over what is there. */
  readonly force?: boolean;
  readonly files?: Files;
}

/** The file system, as far as `init` needs it. */
export interface Files {
  exists(path: string): boolean;
  write(path: string, text: string): void;
}

export interface InitResult {
  /** Paths that were written, as seen from `cwd`. */
  readonly written: readonly string[];
  /** What to do next, one sentence each. */
  readonly next: readonly string[];
}

interface Pipeline {
  readonly path: string;
  readonly text: (version: string) => string;
  readonly next: string;
}

const CONFIG = 'plugproof.yaml';

/** @throws UsageError where a file is there already, or there is no such pipeline; nothing is written then */
export function init({ cwd, ci, force = false, files = disk }: InitOptions): InitResult {
  const pipeline = ci === undefined ? undefined : pipelineOf(ci);
  const wanted = [
    { path: CONFIG, text: configTemplate },
    ...(pipeline ? [{ path: pipeline.path, text: pipeline.text(plugproofVersion()) }] : []),
  ];
  const there = wanted.filter(({ path }) => files.exists(join(cwd, path))).map(({ path }) => path);
  if (there.length > 0 && !force) {
    throw new UsageError(
      `${there.join(' and ')} ${there.length === 1 ? 'is' : 'are'} there already, and nothing was written\n  Add --force to write over.`,
    );
  }
  for (const { path, text } of wanted) files.write(join(cwd, path), text);
  return {
    written: wanted.map(({ path }) => path),
    next: [`Set sut.url and sut.ocpp in ${CONFIG}, then run: plugproof doctor`, ...(pipeline ? [pipeline.next] : [])],
  };
}

function pipelineOf(name: string): Pipeline {
  if (Object.hasOwn(pipelines, name)) return pipelines[name as keyof typeof pipelines];
  const names = Object.keys(pipelines);
  const near = nearest(name, names);
  throw new UsageError(
    `--ci: there is no '${name}'\n  ${near === undefined ? '' : `Did you mean '${near}'? `}There are: ${names.join(', ')}.`,
  );
}

const disk: Files = {
  exists: existsSync,
  write(path, text) {
    try {
      mkdirSync(dirname(path), { recursive: true });
      writeFileSync(path, text);
    } catch (cause) {
      throw new UsageError(`can't write ${path}: ${cause instanceof Error ? cause.message : String(cause)}`);
    }
  },
};

/** Judged by our own schema in a test, as it stands and with its comments taken away. */
export const configTemplate = `# What is judged, and how it is reached. An option of the command line wins over its key here.
# Every key: docs/configuration.md. For your editor: plugproof schema config > plugproof.schema.json, and then
# yaml-language-server: $schema=./plugproof.schema.json

sut:
  # A back office: its endpoint without the station identity. wss:// for TLS.
  url: ws://localhost:8180/ocpp
  # A charger: where plugproof awaits it.
  # listen: 0.0.0.0:8887
  ocpp: 1.6 # 1.6, 2.0.1 or 2.1, or a list: [1.6, 2.0.1]

  # Features that the system does not have: their cases are not applicable.
  # without: [Reservation, SmartCharging]

  # Id tokens that the back office knows. A driver that can make tokens needs none of these.
  # tokens:
  #   valid: TAG-1
  #   blocked: TAG-2
  #   expired: { idToken: TAG-3, type: ISO14443 }

  # Other addresses of the back office: another node, or with a profile in it that of a higher security profile; and a
  # station whose security profile may be raised for good.
  # endpoints: [{ url: ws://localhost:8181/ocpp }]
  # stations: { spare: CP99 }

  # Messages that a charger has kept over a long outage. Without a number: 1000, or as many as go in ten seconds.
  # queued: 5000

# Station identities that the back office knows. Cases run in parallel over them: more of them, less time.
ids: CP{01..04}

# Secrets come from the environment: \${VAR}, \${VAR:-default}, \${VAR:?what it is}.
# security:
#   profile: 2
#   password: \${STATION_PASSWORD}
#   ca: certs/ca.pem
#   caKey: certs/ca.key # lends plugproof the authority: it makes certificates with it, good and bad
#   publicCert: certs/public.pem # a charger is judged: ours, signed by an authority that everybody trusts
#   publicKey: certs/public.key
#   authorityAt: 127.0.0.1:8889 # here the back office can ask plugproof, as the authority, what was revoked
#   revoked: [{ cert: certs/revoked.pem, key: certs/revoked.key }] # of a station, and the back office knows

# Makes the back office send Reset, RemoteStartTransaction and so on: docs/drivers.md.
# Without one, cases that need the back office to act are inconclusive.
driver: none
# driver:
#   name: steve
#   url: http://localhost:8180/steve
#   auth: { user: admin, password: "\${STEVE_PASSWORD:-}" }

# Which cases: ids, certification ids and globs.
# cases: [csms/*]
# skip: [csms/reservation/*]

# Known failures with their reasons; one that passes fails the run, so that the list stays true.
# baseline: baseline.yaml

timeout: 30s # how long an answer may take
report: [console]
`;

const REPORTS = '--report console --report junit=plugproof-junit.xml --report html=plugproof.html';

const pipelines = {
  github: {
    path: '.github/workflows/plugproof.yml',
    next: 'Commit .github/workflows/plugproof.yml, and set the secret STATION_PASSWORD of the repository if a password is needed.',
    text: (version) => `# Judges the back office of plugproof.yaml on every push.
name: OCPP conformance
on: [push, pull_request]
jobs:
  plugproof:
    runs-on: ubuntu-latest
    steps:
      - uses: actions/checkout@v4
      - uses: actions/setup-node@v4
        with: { node-version: 22 }
      - run: npx --yes plugproof@${version} doctor
      - run: npx --yes plugproof@${version} test csms ${REPORTS} --report github
        env:
          STATION_PASSWORD: \${{ secrets.STATION_PASSWORD }}
      - uses: actions/upload-artifact@v4
        if: always()
        with:
          name: plugproof
          path: |
            plugproof.html
            plugproof-junit.xml
            plugproof-runs/
`,
  },
  gitlab: {
    path: 'plugproof.gitlab-ci.yml',
    next: "Add to .gitlab-ci.yml: include: { local: 'plugproof.gitlab-ci.yml' }",
    text: (
      version,
    ) => `# Judges the back office of plugproof.yaml. In .gitlab-ci.yml: include: { local: 'plugproof.gitlab-ci.yml' }
plugproof:
  image: node:22
  script:
    - npx --yes plugproof@${version} doctor
    - npx --yes plugproof@${version} test csms ${REPORTS}
  artifacts:
    when: always
    paths: [plugproof.html, plugproof-junit.xml, plugproof-runs/]
    reports:
      junit: plugproof-junit.xml
`,
  },
  jenkins: {
    path: 'Jenkinsfile.plugproof',
    next: 'Name Jenkinsfile.plugproof as the script path of a pipeline, or take its stage into your own Jenkinsfile.',
    text: (version) => `// Judges the back office of plugproof.yaml.
pipeline {
  agent { docker { image 'node:22' } }
  stages {
    stage('OCPP conformance') {
      steps {
        sh 'npx --yes plugproof@${version} doctor'
        sh 'npx --yes plugproof@${version} test csms ${REPORTS}'
      }
    }
  }
  post {
    always {
      junit 'plugproof-junit.xml'
      archiveArtifacts artifacts: 'plugproof.html, plugproof-runs/**', allowEmptyArchive: true
    }
  }
}
`,
  },
} as const satisfies Record<string, Pipeline>;
