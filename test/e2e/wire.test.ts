/** Below the messages, over real sockets: what the proof shows in memory, `ws` shows again on either side, and faults are seen. */
import { expect } from 'chai';
import { inFolder, run, serveCsms, start } from './cli.ts';

const suites = ['ocppj/http', 'ocppj/compression', 'ocppj/framing', 'ocppj/frames', 'ocppj/json', 'ocppj/answers'];

describe('below the messages', function () {
  this.timeout(180_000);

  const judge = async (faults: readonly string[], ocpp: string, cases: readonly string[]) => {
    const served = await serveCsms(faults.flatMap((name) => ['--fault', name]));
    const hands = ['--driver', 'reference', '--driver-url', served.control];
    const access = [
      '--url',
      served.url,
      '--ocpp',
      ocpp,
      '--id',
      'CP{01..08}',
      '--timeout',
      '5s',
      '--strict',
      '--quiet',
    ];
    const ended = await inFolder((out) => run(['test', 'csms', ...access, ...hands, ...cases, '--out', out]));
    await served.stop();
    return ended;
  };

  for (const ocpp of ['1.6', '2.0.1'])
    it(`a right CSMS conforms in ${ocpp}`, async () => {
      const ended = await judge([], ocpp, ['--suite', ...suites]);
      expect(ended.code, ended.stdout).to.equal(0);
    });

  const faults: readonly [fault: string, spec: string][] = [
    ['serves-unmasked-frames', 'ocppj/framing/unmasked'],
    ['loses-fragments', 'ocppj/frames/fragments'],
    ['declines-compression', 'ocppj/compression/agreed'],
    ['takes-any-key', 'ocppj/http/key'],
  ];
  for (const [fault, spec] of faults)
    it(`a CSMS that has ${fault} is seen`, async () => {
      const ended = await judge([fault], '2.0.1', ['--case', spec]);
      expect(ended.code, ended.stdout).to.equal(1);
    });

  for (const fault of [undefined, 'takes-masked-frames'])
    it(`a station ${fault === undefined ? 'that is right conforms' : `that has ${fault} is seen`}`, () =>
      inFolder(async (out) => {
        const args = ['--ocpp', '1.6', '--timeout', '5s', '--quiet', '--out', out];
        const cases = ['--case', 'ocppj/framing/masked', ...(fault === undefined ? ['ocppj/frames/lengths'] : [])];
        const judging = start(['test', 'station', '--listen', '127.0.0.1:0', ...args, ...cases]);
        const [, url = ''] = await judging.line(/^ready ocpp (\S+)$/m);
        const hurry = ['RetryBackOffWaitMinimum=1', 'RetryBackOffRandomRange=0'].flatMap((one) => ['--set', one]);
        const slip = fault === undefined ? [] : ['--fault', fault];
        const station = start([
          'serve',
          'station',
          '--url',
          `${url}/ocpp`,
          '--ocpp',
          '1.6',
          '--quiet',
          ...hurry,
          ...slip,
        ]);
        const ended = await judging.ended;
        station.process.kill('SIGTERM');
        await station.ended;
        expect(ended.code, ended.stdout + ended.stderr).to.equal(fault === undefined ? 0 : 1);
      }));
});

describe('plugproof test csms --suite security/exposed', function () {
  this.timeout(60_000);

  it('needs an address and no more, and ends in a grade with its reasons', () =>
    inFolder(async (out) => {
      const served = await serveCsms();
      const ended = await run(['test', 'csms', '--url', served.url, '--suite', 'security/exposed', '--out', out]);
      await served.stop();
      expect(ended.code).to.equal(1);
      expect(ended.stdout)
        .to.match(/Security grade F/)
        .and.to.match(/no password is asked for/);
    }));

  it('is not aimed at another machine unless it is yours', async () => {
    for (const suite of ['security/exposed', 'security/payloads']) {
      const ended = await run(['test', 'csms', '--url', 'ws://192.0.2.1/ocpp', '--ocpp', '1.6', '--suite', suite]);
      expect([ended.code, ended.stdout]).to.deep.equal([2, '']);
      expect(ended.stderr).to.include('--i-own-this-system');
    }
    const storm = await run(['load', 'boot-storm', '--url', 'ws://192.0.2.1/ocpp', '--ocpp', '1.6']);
    expect(storm.code, storm.stderr).to.equal(2);
    expect(storm.stderr).to.include('--i-own-this-system');
  });
});
