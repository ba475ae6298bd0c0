/** OCPP 2.1: 2.0.1 and what came with it. */
import { actionTable } from './actions.ts';
import type { Dialect } from './dialect.ts';
import { v201 } from './v201.ts';

export const v21: Dialect = {
  ...v201,
  version: '2.1',
  subprotocol: 'ocpp2.1',
  actions: {
    ...v201.actions,
    ...actionTable([
      ['C Authorization', 'station', 'NotifySettlement VatNumberValidation'],
      ['C Authorization', 'csms', 'NotifyWebPaymentStarted'],
      ['I TariffAndCost', 'csms', 'ChangeTransactionTariff ClearTariffs GetTariffs SetDefaultTariff'],
      ['K SmartCharging', 'csms', 'UpdateDynamicSchedule UsePriorityCharging'],
      ['K SmartCharging', 'station', 'NotifyPriorityCharging PullDynamicScheduleUpdate'],
      ['M ISO15118CertificateManagement', 'station', 'GetCertificateChainStatus'],
      ['N Diagnostics', 'csms', 'AdjustPeriodicEventStream GetPeriodicEventStream'],
      ['N Diagnostics', 'station', 'ClosePeriodicEventStream OpenPeriodicEventStream ~NotifyPeriodicEventStream'],
      ['Q BidirectionalPowerTransfer', 'csms', 'AFRRSignal NotifyAllowedEnergyTransfer'],
      ['R DERControl', 'csms', 'ClearDERControl GetDERControl SetDERControl'],
      ['R DERControl', 'station', 'NotifyDERAlarm NotifyDERStartStop ReportDERControl'],
      ['S BatterySwap', 'csms', 'RequestBatterySwap'],
      ['S BatterySwap', 'station', 'BatterySwap'],
    ]),
  },
  messageTypes: new Set([2, 3, 4, 5, 6]),
};
