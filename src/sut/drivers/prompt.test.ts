/** The driver `prompt`: what a person reads, and what the keys mean. */
import { PassThrough } from 'node:stream';
import { expect } from 'chai';
import { failure, never } from './fake-api.test.ts';
import { promptDriver } from './prompt.ts';

const reset = {
  station: 'CP1',
  version: '2.0.1',
  action: 'Reset',
  payload: { type: 'Immediate', evse: { id: 1 } },
} as const;
const PROMPT = '  Done? Enter: done, c: can not be done > ';

function terminal(isTTY = true) {
  const input = Object.assign(new PassThrough(), { isTTY });
  const output = new PassThrough();
  let shown = '';
  let waiting: { until: string; resolve: () => void } | undefined;
  output.setEncoding('utf8').on('data', (chunk: string) => {
    shown += chunk;
    if (waiting && shown.includes(waiting.until)) waiting.resolve();
  });
  return {
    input,
    output,
    /** All that was shown since the last time. */
    read() {
      const all = shown;
      shown = '';
      return all;
    },
    /** Resolves when `until` is on the screen. */
    shows: (until: string) =>
      new Promise<void>((resolve) => {
        if (shown.includes(until)) resolve();
        else waiting = { until, resolve };
      }),
    type: (line: string) => input.write(`${line}\n`),
  };
}

describe('driver prompt', () => {
  it('says in plain words what to do with which values, and takes Enter for done', async () => {
    const screen = terminal();
    const answer = promptDriver(screen).perform(reset, never);
    await screen.shows(PROMPT);
    expect(screen.read()).to.equal(
      `\n  In the back office, for station CP1: restart the station (Reset)\n    type = Immediate\n    evse.id = 1\n${PROMPT}`,
    );
    screen.type('');
    expect(await answer).to.deep.equal({ confirmed: false, detail: 'a person says that it is done' });
  });

  it('asks again where it does not understand, and takes c for can not', async () => {
    const screen = terminal();
    const outcome = failure(promptDriver(screen).perform({ ...reset, action: 'GetReport', payload: {} }, never));
    await screen.shows(PROMPT);
    expect(screen.read()).to.contain('for station CP1: send GetReport\n');
    screen.type('what?');
    await screen.shows(PROMPT);
    expect(screen.read()).to.equal(
      `  Press Enter when it is done, or type c and Enter where it can't be done.\n${PROMPT}`,
    );
    screen.type('C');
    expect(await outcome).to.equal('unsupported: the person at the terminal says that it can not be done');
  });

  it('asks one thing at a time', async () => {
    const screen = terminal();
    const driver = promptDriver(screen);
    const first = driver.perform({ ...reset, station: 'A' }, never);
    const second = driver.setPassword?.('B', 'pw', never);
    const third = driver.createToken?.(
      { idToken: 'T', type: 'Central', status: 'Blocked', groupId: 'G', version: '1.6' },
      never,
    );
    await screen.shows(PROMPT);
    expect(screen.read()).to.contain('station A').and.not.contain('station B');
    screen.type('done');
    await screen.shows(PROMPT);
    expect(screen.read()).to.contain('set the password of station B\n    password = pw\n');
    screen.type('');
    await screen.shows(PROMPT);
    expect(screen.read()).to.contain(
      'register a token\n    token = T\n    type = Central\n    status = Blocked\n    group = G\n',
    );
    screen.type('y');
    await Promise.all([first, second, third]);
  });

  it('goes on with the next question where one is no longer needed', async () => {
    const screen = terminal();
    const driver = promptDriver(screen);
    const abort = new AbortController();
    const first = failure(driver.perform(reset, abort.signal));
    const second = driver.perform({ ...reset, station: 'B' }, never);
    await screen.shows(PROMPT);
    screen.read();
    abort.abort();
    expect(await first).to.equal('unreachable: nobody answered in time');
    await screen.shows(PROMPT);
    expect(screen.read()).to.contain('(No longer needed.)').and.contain('station B');
    screen.type('');
    await second;
    expect(await failure(driver.perform(reset, abort.signal))).to.equal('unreachable: nobody was asked in time');
  });

  it('notices that the terminal is closed', async () => {
    const screen = terminal();
    const outcome = failure(promptDriver(screen).perform(reset, never));
    await screen.shows(PROMPT);
    screen.input.end();
    expect(await outcome).to.equal('unreachable: the terminal was closed');
  });

  it('wants a terminal', async () => {
    const driver = promptDriver(terminal(false));
    expect(driver.can('2.0.1', 'Reset')).to.equal(false);
    expect(await failure(driver.perform(reset, never))).to.equal(
      'unsupported: the driver prompt asks a person, and there is no terminal to ask on',
    );
    const able = promptDriver(terminal());
    expect([
      able.can('2.0.1', 'Reset'),
      able.can('2.0.1', 'Heartbeat'),
      able.verbatim,
      able.chooses?.('1.6', 'Reset'),
    ]).to.deep.equal([true, false, false, []]);
  });
});
