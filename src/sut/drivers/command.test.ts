/** The driver `command`: what a program is given, and what its end means. */
import { chmodSync } from 'node:fs';
import { expect } from 'chai';
import { realClock } from '../../clock.ts';
import { type Fixture, makeFixture } from '../config/fixture.test.ts';
import { commandDriver } from './command.ts';
import { failure, never } from './fake-api.test.ts';
import type { DriverSettings } from './settings.ts';

const reset = { station: 'CP1', version: '1.6', action: 'Reset', payload: { type: 'Hard' } } as const;

describe('driver command', () => {
  let fixture: Fixture;
  before(() => {
    fixture = makeFixture();
    fixture.write(
      'echo.js',
      'let s="";process.stdin.on("data",d=>s+=d).on("end",()=>console.log(JSON.stringify({response:{argv:process.argv.slice(2),stdin:JSON.parse(s),env:process.env.MARK,cwd:process.cwd()},detail:"did it"})))',
    );
    fixture.write('plain', '');
  });
  after(() => fixture.remove());
  const driver = (command: readonly string[] | undefined, more: Partial<DriverSettings> = {}) =>
    commandDriver(
      { name: 'command', operations: {}, timeoutMs: 20_000, dir: fixture.dir, ...(command && { command }), ...more },
      realClock,
    );
  const script = (source: string, more: Partial<DriverSettings> = {}) => driver([process.execPath, '-e', source], more);

  it('gives the program its order by arguments and on stdin, in the folder of its file', async () => {
    const answer = await driver(
      [process.execPath, 'echo.js', '{{station}}', '{{action}}', '{{payload.type}}', '{{json payload}}', '$HOME; ls'],
      { env: { MARK: 'm' } },
    ).perform(reset, never);
    expect(answer).to.deep.equal({
      confirmed: false,
      detail: 'did it',
      response: {
        argv: ['CP1', 'Reset', 'Hard', '{"type":"Hard"}', '$HOME; ls'],
        stdin: { operation: 'call', station: 'CP1', version: '1.6', action: 'Reset', payload: { type: 'Hard' } },
        env: 'm',
        cwd: fixture.dir,
      },
    });
  });

  it('takes what the program says, if anything', async () => {
    expect(await script('').perform(reset, never)).to.deep.equal({ confirmed: false });
    expect(await script('console.log("one"); console.log("two")').perform(reset, never)).to.deep.equal({
      confirmed: false,
      detail: 'two',
    });
  });

  it('takes its exit code for what it means', async () => {
    const program = process.execPath;
    expect(await failure(script('console.error("no\\nsuch button"); process.exit(3)').perform(reset, never))).to.equal(
      `unsupported: Reset to CP1: ${program} can't do it: such button`,
    );
    expect(await failure(script('process.exit(3)').perform(reset, never))).to.equal(
      `unsupported: Reset to CP1: ${program} can't do it`,
    );
    expect(await failure(script('console.log("boom"); process.exit(7)').perform(reset, never))).to.equal(
      `refused: Reset to CP1: ${program} ended with exit code 7: boom`,
    );
    expect(await failure(script('process.kill(process.pid, "SIGKILL")').perform(reset, never))).to.equal(
      `unreachable: Reset to CP1: ${program} was ended by SIGKILL`,
    );
  });

  it('says what can not be started', async () => {
    expect(await failure(driver(['./no-such']).perform(reset, never))).to.equal(
      `unreachable: Reset to CP1: there is no program './no-such', seen from ${fixture.dir}`,
    );
    chmodSync(`${fixture.dir}/plain`, 0o644);
    expect(await failure(driver(['./plain']).perform(reset, never))).to.equal(
      "unreachable: Reset to CP1: './plain' may not be run: give it the permission (chmod +x)",
    );
  });

  it('ends a program that takes too long, and what that started', async () => {
    // The shell waits for its child; both are gone when the pipe of the child is closed, which is what is waited for.
    const slow = driver(['/bin/sh', '-c', 'sleep 60 & wait'], { timeoutMs: 50 });
    expect(await failure(slow.perform(reset, never))).to.equal(
      'unreachable: Reset to CP1: /bin/sh was ended after 50 ms',
    );
    const abort = new AbortController();
    const outcome = failure(script('setInterval(() => {}, 1000)').perform(reset, abort.signal));
    abort.abort();
    expect(await outcome).to.equal(`unreachable: Reset to CP1: ${process.execPath} was given up`);
  });

  it('ends a program that will not end', async () => {
    const stubborn = script('process.on("SIGTERM", () => {}); setInterval(() => {}, 1000)', { timeoutMs: 300 });
    expect(await failure(stubborn.perform(reset, never))).to.equal(
      `unreachable: Reset to CP1: ${process.execPath} was ended after 300 ms`,
    );
  });

  it('has a program for each operation, or one for all', async () => {
    const own = driver(undefined, {
      operations: { Reset: { command: [process.execPath, '-e', 'console.log("own")'], chooses: ['type'] } },
    });
    expect([own.can('1.6', 'Reset'), own.can('1.6', 'ClearCache'), own.chooses?.('1.6', 'Reset')]).to.deep.equal([
      true,
      false,
      ['type'],
    ]);
    expect((await own.perform(reset, never)).detail).to.equal('own');
    expect(await failure(own.perform({ ...reset, action: 'ClearCache' }, never))).to.equal(
      'unsupported: no program is named for ClearCache to CP1',
    );
    const all = script('');
    expect([all.can('1.6', 'ClearCache'), all.can('1.6', 'Heartbeat'), all.verbatim]).to.deep.equal([
      true,
      false,
      false,
    ]);
  });

  it('makes tokens and sets passwords where it is told how', async () => {
    const check = (wanted: string) => [
      process.execPath,
      '-e',
      `let s="";process.stdin.on("data",d=>s+=d).on("end",()=>process.exit(s.trim()===${JSON.stringify(wanted)}?0:1))`,
    ];
    const able = driver(undefined, {
      createToken: {
        command: check(
          '{"operation":"create-token","idToken":"T","type":"Central","status":"Blocked","version":"1.6"}',
        ),
      },
      setPassword: { command: check('{"operation":"set-password","station":"CP1","password":"pw"}') },
    });
    await able.createToken?.({ idToken: 'T', type: 'Central', status: 'Blocked', version: '1.6' }, never);
    await able.setPassword?.('CP1', 'pw', never);
    expect(await failure(able.setPassword?.('CP2', 'pw', never) ?? Promise.resolve())).to.contain(
      'ended with exit code 1',
    );
    expect([script('').createToken, script('').setPassword]).to.deep.equal([undefined, undefined]);
  });
});
