/** What an operator asks of stations under load, in the words of each version; all of it a charger that idles can do. */
import type { OcppVersion } from '../../src/dialects/dialect.ts';
import { operatorWords } from '../../src/dialects/operator-words.ts';

export const commandNames = ['trigger', 'read', 'change', 'availability', 'unlock', 'reset', 'firmware'] as const;
export type CommandName = (typeof commandNames)[number];

export interface Command {
  readonly action: string;
  readonly payload: Readonly<Record<string, unknown>>;
}

/** Nobody is there: a station finds nothing to download, or an image of no bytes, as its own settings say. */
const IMAGE = 'http://127.0.0.1:9/plugproof.bin';
const soon = (now: number): string => new Date(now).toISOString();

type Make = (n: number, now: number) => Command;

const v16: Readonly<Record<CommandName, Make>> = {
  trigger: () => ({ action: 'TriggerMessage', payload: operatorWords['1.6'].trigger('Heartbeat') }),
  read: () => ({ action: 'GetConfiguration', payload: { key: ['HeartbeatInterval'] } }),
  change: (n) => ({
    action: 'ChangeConfiguration',
    payload: { key: 'MeterValueSampleInterval', value: String(60 + (n % 60)) },
  }),
  availability: () => ({ action: 'ChangeAvailability', payload: operatorWords['1.6'].changeAvailability(true) }),
  unlock: () => ({ action: 'UnlockConnector', payload: operatorWords['1.6'].unlock(1, 1) }),
  reset: () => ({ action: 'Reset', payload: operatorWords['1.6'].reset('idle') }),
  firmware: (_n, now) => ({ action: 'UpdateFirmware', payload: { location: IMAGE, retrieveDate: soon(now) } }),
};

const v2: Readonly<Record<CommandName, Make>> = {
  trigger: () => ({ action: 'TriggerMessage', payload: operatorWords['2.0.1'].trigger('Heartbeat') }),
  read: () => ({
    action: 'GetVariables',
    payload: {
      getVariableData: [{ component: { name: 'OCPPCommCtrlr' }, variable: { name: 'HeartbeatInterval' } }],
    },
  }),
  change: (n) => ({
    action: 'SetVariables',
    payload: {
      setVariableData: [
        {
          component: { name: 'SampledDataCtrlr' },
          variable: { name: 'TxUpdatedInterval' },
          attributeValue: String(60 + (n % 60)),
        },
      ],
    },
  }),
  availability: () => ({ action: 'ChangeAvailability', payload: operatorWords['2.0.1'].changeAvailability(true) }),
  unlock: () => ({ action: 'UnlockConnector', payload: operatorWords['2.0.1'].unlock(1, 1) }),
  reset: () => ({ action: 'Reset', payload: operatorWords['2.0.1'].reset('idle') }),
  firmware: (n, now) => ({
    action: 'UpdateFirmware',
    payload: { requestId: n + 1, firmware: { location: IMAGE, retrieveDateTime: soon(now) } },
  }),
};

const words: Readonly<Record<OcppVersion, Readonly<Record<CommandName, Make>>>> = {
  '1.6': v16,
  '2.0.1': v2,
  '2.1': v2,
};

/** @param n how manieth command of the run, from 0 @param now epoch milliseconds */
export const commandOf = (version: OcppVersion, name: CommandName, n: number, now: number): Command =>
  words[version][name](n, now);
