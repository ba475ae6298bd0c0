/** What the reference CSMS answers beside what 2.0.1 has, in OCPP 2.1. */
import { acknowledge, type Handlers } from './handler.ts';
import { handlers2 } from './handlers.v2.ts';

export const handlers21: Handlers = {
  ...handlers2,

  // Nobody here knows companies, or wants streams.
  VatNumberValidation: ({ vatNumber, evseId }) => ({
    status: 'Rejected',
    vatNumber,
    ...(evseId !== undefined && { evseId }),
  }),
  OpenPeriodicEventStream: () => ({ status: 'Rejected' }),

  ...Object.fromEntries(
    [
      'BatterySwap',
      'ClosePeriodicEventStream',
      'NotifyDERAlarm',
      'NotifyDERStartStop',
      'NotifyPriorityCharging',
      'NotifySettlement',
      'ReportDERControl',
    ].map((action) => [action, acknowledge]),
  ),
};
