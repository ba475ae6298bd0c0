/** A charger that is to fail to connect some times, and soon: its back-off is made short, where it lets that be done. */
import type { OcppVersion } from '../../src/dialects/dialect.ts';
import type { Context } from '../../src/judge/context.ts';
import { at } from '../../src/judge/path.ts';
import type { Payload } from '../../src/session.ts';

type Station = Pick<Context, 'csms' | 'dialect' | 'after'>;

/** Seconds: short, and what any charger can do. */
const SHORT: Readonly<Record<string, string>> = { RetryBackOffWaitMinimum: '3', RetryBackOffRandomRange: '1' };

const item = (name: string): Payload => ({ component: { name: 'OCPPCommCtrlr' }, variable: { name } });

/** Shortens the back-off for the time of the case; a charger that does not let it be done takes its own time. */
async function shortened({ csms, after }: Station): Promise<void> {
  for (const [name, value] of Object.entries(SHORT)) {
    const { payload } = await csms.call('GetVariables', { getVariableData: [item(name)] });
    const before = at(payload, 'getVariableResult[0].attributeValue');
    if (typeof before !== 'string' || before === value) continue;
    const set = (attributeValue: string) =>
      csms.call('SetVariables', { setVariableData: [{ ...item(name), attributeValue }] });
    after(() => set(before));
    await set(value);
  }
}

/** 1.6 has nothing to set. */
const ways: Readonly<Record<OcppVersion, (station: Station) => Promise<void>>> = {
  '1.6': async () => {},
  '2.0.1': shortened,
  '2.1': shortened,
};

export const hurried = (station: Station): Promise<void> => ways[station.dialect.version](station);
