/** Options that make no sense, at every command: what is wrong, the way out, exit code 2, and the process is gone. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'chai';
import { type Ended, inFolder, run } from './cli.ts';

const url = 'ws://127.0.0.1:1/ocpp';
const GARBAGE = '-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n';

const rows: readonly (readonly [args: readonly string[], code: number, says: RegExp])[] = [
  [['load', '--url', url, '--ocpp', '1.6', 'kneee'], 2, /there is no workload 'kneee'; did you mean 'knee'\?/],
  [['load', '--url', url, '--ocpp', '1.6', '2.0'], 2, /there is no OCPP version '2.0' here/],
  [['load', '--url', url, '--ocpp', '1.6', '--max-rss', '5'], 2, /--max-rss: '5' is no size; .*500MiB/],
  [['load', '--url', url, '--ocpp', '1.6', '--ramp', '99999999h'], 2, /--ramp: '99999999h' is longer than a year/],
  [['load', '--url', url, '--ocpp', '1.6', '--stations', '1e3'], 2, /--stations: '1e3' is no whole number/],
  [['load', '--url', url, '--ocpp', '1.6', '--report', 'json='], 2, /--report: 'json=' names no file/],
  [['load', '--url', url, '--ocpp', '1.6', '--schemas', '/dev/null'], 2, /--schemas: \/dev\/null is no folder/],
  [
    ['load', '--url', 'wss://127.0.0.1:1/x', '--ocpp', '1.6', '--ca', 'bad.pem'],
    2,
    /bad.pem holds a certificate that can't/,
  ],
  [
    ['load', '--url', url, '--ocpp', '1.6', '--out', 'bad.pem/x'],
    2,
    /--out: .*bad.pem.* can't be written: what would be/,
  ],
  [['list', '--ocpp', '1.6', 'suites'], 0, /ocppj\/handshake/],
  [['list', 'suitse'], 2, /no list 'suitse'; did you mean 'suites'\?/],
  [['validate', 'bad.pem', '--schemas', '/dev/null/x'], 2, /--schemas: \/dev\/null\/x is no folder/],
  [['validate', '/dev/zero'], 2, /\/dev\/zero can't be read: it is too large/],
  [['pki', '--host', 'a', 'b'], 2, /pki takes the folder to write to, before --host/],
  [['serve', 'csms', '--control', '192.0.2.1:0'], 2, /can't listen: .*EADDRNOTAVAIL/],
  [['serve', 'csms', '--seed', 'abc'], 2, /--seed: 'abc' is no whole number/],
  [['serve', 'station', '--url', `${url}/CP01`], 2, /--url: the address ends with the identity 'CP01'/],
  [['serve', 'station', '--url', 'wss://h', '--cert', 'bad.pem', '--key', 'bad.pem'], 2, /bad.pem holds a cert/],
  [['doctor'], 0, /ok {4}Node.js/],
  [
    ['test', 'csms', '--url', url, '--ocpp', '1.6', '--timeout', '5'],
    2,
    /--timeout: '5' is no duration\n {2}Give it a unit: 5s/,
  ],
];

/** Longest that one of them may take, on a machine that has much to do. */
const MOST_MS = 30_000;
const AT_A_TIME = 4;

describe('options that make no sense', function () {
  this.timeout(60_000);
  const outcomes: Promise<Ended & { readonly tookMs: number }>[] = [];
  before(() => {
    for (const [args] of rows) {
      const turn = Promise.resolve(outcomes[outcomes.length - AT_A_TIME]).catch(() => {});
      const outcome = turn.then(() =>
        inFolder(async (cwd) => {
          writeFileSync(join(cwd, 'bad.pem'), GARBAGE);
          const began = performance.now();
          return { ...(await run(args, { cwd })), tookMs: performance.now() - began };
        }),
      );
      outcome.catch(() => {});
      outcomes.push(outcome);
    }
  });

  for (const [i, [args, code, says]] of rows.entries())
    it(args.join(' '), async () => {
      const ended = await outcomes[i];
      expect(ended?.stderr).to.not.match(/defect of plugproof|\n\s+at /);
      expect(ended?.code, ended?.stderr).to.equal(code);
      expect(`${ended?.stdout}${ended?.stderr}`).to.match(says);
      expect(ended?.tookMs).to.be.lessThan(MOST_MS);
    });
});
