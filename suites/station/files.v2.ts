/** Where files of a 2.x charger come from and go to: addresses at which nobody answers. */
import type { Context } from '../../src/judge/context.ts';
import { valueOfVariable } from './states.v2.ts';

/** An address for documentation (RFC 5737): nobody is there, and to find that out takes time. */
const NOBODY = '192.0.2.1';

const SCHEMES: Readonly<Record<string, string>> = {
  HTTP: 'http',
  HTTPS: 'https',
  FTP: 'ftp',
  FTPS: 'ftps',
  SFTP: 'sftp',
};

/** A port at which nobody listens: that is found out at once. The last word is for stations that only play at it. */
const REFUSED = '127.0.0.1:9/unreachable';

/** A protocol that the station speaks. */
async function schemeOf(context: Pick<Context, 'csms'>): Promise<string> {
  const told = await valueOfVariable(context, { name: 'OCPPCommCtrlr' }, 'FileTransferProtocols');
  const [known] = (told ?? '').split(',').flatMap((word) => SCHEMES[word.trim()] ?? []);
  return known ?? 'https';
}

/** A location where nothing is, which to find out takes time. */
export const nowhere = async (context: Pick<Context, 'csms'>, path = 'plugproof'): Promise<string> =>
  `${await schemeOf(context)}://${NOBODY}/${path}`;

/** A location where nothing is, which is found out at once. */
export const refused = async (context: Pick<Context, 'csms'>, path = 'plugproof'): Promise<string> =>
  `${await schemeOf(context)}://${REFUSED}/${path}`;
