/** The driver `none`: nobody can make the CSMS act. */
import { type Driver, DriverError } from './driver.ts';

export const noDriver: Driver = {
  name: 'none',
  verbatim: true,
  can: () => false,
  perform: async ({ action }) => {
    throw new DriverError('unsupported', `there is no driver that could make the CSMS send ${action}: see --driver`);
  },
  close: async () => {},
};
