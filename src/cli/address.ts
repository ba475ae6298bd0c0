/** `[HOST:]PORT`, as listeners take it. */
import { UsageError } from '../usage-error.ts';

export interface Address {
  readonly host: string;
  readonly port: number;
}

/** Nobody but this machine, unless it is said. */
const LOOPBACK = '127.0.0.1';

/** @throws UsageError where it is no address */
export function readAddress(text: string, option: string): Address {
  const match = /^(?:(?<host>\[[^\]]+\]|[^:]+):)?(?<port>\d{1,5})$/.exec(text.trim());
  const port = Number(match?.groups?.['port']);
  if (match === null || port > 65_535)
    throw new UsageError(`${option}: '${text}' is no [HOST:]PORT, such as 9000 or 0.0.0.0:9000`);
  return { host: match.groups?.['host']?.replace(/^\[|\]$/g, '') ?? LOOPBACK, port };
}
