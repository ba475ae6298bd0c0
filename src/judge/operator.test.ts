/** The operator believes nobody: what a driver says, what a CSMS does, and what comes of both. */
import { expect } from 'chai';
import { csmsInMemory } from '../reference/csms-in-memory.ts';
import type { Payload } from '../session.ts';
import { type Driver, DriverError } from '../sut/drivers/driver.ts';
import type { Context } from './context.ts';
import { drop } from './fault.ts';
import { type Environment, runCase } from './run-case.ts';
import { suite, testCase } from './test-case.ts';
import { expect as word } from './words.ts';

const noSchemas = { has: () => false, validate: () => [], schema: () => ({}) };

/** A case that orders something and judges that it came. */
function ordering(action: string, payload: Payload, before: (context: Context) => Promise<void> = async () => {}) {
  const [spec] = suite('test', 'test', [
    testCase({
      id: 'test/order',
      title: 'order',
      sut: 'csms',
      versions: ['1.6'],
      needs: [action],
      checks: { asked: { ref: '5.14', level: 'SHALL', says: 'it is asked' } },
      catches: { asked: drop('Reset') },
      async run(context) {
        const { station, words, sut, operator, check } = context;
        await station.connect();
        await station.need('BootNotification', words.boot(sut.station));
        await before(context);
        const ordered = await operator.order(action, payload);
        check('asked', () => word(ordered).to.carryWhatWasAsked());
        ordered.call.respond({ status: 'Accepted' });
      },
    }),
  ]).cases;
  if (spec === undefined) throw new Error('no case');
  return spec;
}

async function outcome(
  spec: ReturnType<typeof ordering>,
  change: (driver: Driver, environment: Environment) => Partial<Driver>,
) {
  const { clock, environment } = csmsInMemory('1.6', noSchemas);
  const driver = { ...environment.driver, ...change(environment.driver, environment) };
  const { verdict, reason, checks } = await clock.run(runCase(spec, '1.6', 'CP01', { ...environment, driver }));
  return { verdict, reason, asked: checks[0]?.verdict };
}

describe('operator', () => {
  const reset = ordering('Reset', { type: 'Hard' });

  it('waits for the CALL and compares it', async () => {
    expect(await outcome(reset, () => ({}))).to.deep.include({ verdict: 'pass', asked: 'pass' });
  });

  it('is inconclusive where the driver can not, and names the operation', async () => {
    const { verdict, reason } = await outcome(reset, () => ({ can: () => false }));
    expect(verdict).to.equal('inconclusive');
    expect(reason).to.match(/Reset has to be sent by the CSMS/);
  });

  it('is inconclusive where the driver fails, and says how', async () => {
    const perform = () => Promise.reject(new DriverError('refused', '403 from the control API'));
    const { verdict, reason } = await outcome(reset, () => ({ perform }));
    expect(verdict).to.equal('inconclusive');
    expect(reason).to.match(/403 from the control API/);
  });

  it('is inconclusive where somebody says that it was done, and nothing came', async () => {
    const { verdict, asked } = await outcome(reset, () => ({ perform: async () => ({ confirmed: false }) }));
    expect({ verdict, asked }).to.deep.equal({ verdict: 'inconclusive', asked: 'inconclusive' });
  });

  it('fails a CSMS that says itself that it sent, and did not', async () => {
    const { verdict, asked } = await outcome(reset, () => ({ perform: async () => ({ confirmed: true }) }));
    expect({ verdict, asked }).to.deep.equal({ verdict: 'fail', asked: 'fail' });
  });

  it('fails a CSMS that sends something else', async () => {
    const change = ({ perform }: Driver): Partial<Driver> => ({
      perform: (request, signal) => perform({ ...request, payload: { type: 'Soft' } }, signal),
    });
    expect(await outcome(reset, change)).to.deep.include({ verdict: 'fail', asked: 'fail' });
  });

  it('passes over what a CSMS reads on its own account', async () => {
    const read = ordering('GetConfiguration', { key: ['HeartbeatInterval'] });
    const change = ({ perform }: Driver): Partial<Driver> => ({
      verbatim: false,
      perform: async (request, signal) => {
        await perform({ ...request, payload: {} }, signal);
        return perform(request, signal);
      },
    });
    expect(await outcome(read, change)).to.deep.include({ verdict: 'pass', asked: 'pass' });
  });

  it('leaves out what the CSMS chooses itself', async () => {
    const change = ({ perform }: Driver): Partial<Driver> => ({
      verbatim: false,
      chooses: () => ['type'],
      perform: (request, signal) => perform({ ...request, payload: { type: 'Soft' } }, signal),
    });
    expect(await outcome(reset, change)).to.deep.include({ verdict: 'pass' });
  });

  it('is a defect of the case to order what it does not declare', async () => {
    const undeclared = { ...reset, needs: [] };
    expect(await outcome(undeclared, () => ({}))).to.deep.include({ verdict: 'error' });
  });
});
