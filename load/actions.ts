/** CALLs that stations of a fleet send, over all versions: what figures are kept apart by. */

export const CALLS_OF_STATIONS = [
  'Authorize',
  'BootNotification',
  'DataTransfer',
  'FirmwareStatusNotification',
  'Heartbeat',
  'MeterValues',
  'NotifyReport',
  'StartTransaction',
  'StatusNotification',
  'StopTransaction',
  'TransactionEvent',
] as const;
