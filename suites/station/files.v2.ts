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

/** A location in a protocol that the station speaks. */
export async function nowhere(context: Pick<Context, 'csms'>, path = 'plugproof'): Promise<string> {
  const told = await valueOfVariable(context, { name: 'OCPPCommCtrlr' }, 'FileTransferProtocols');
  const [known] = (told ?? '').split(',').flatMap((word) => SCHEMES[word.trim()] ?? []);
  return `${known ?? 'https'}://${NOBODY}/${path}`;
}
