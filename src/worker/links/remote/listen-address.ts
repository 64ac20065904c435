import { usageError } from '../../../base/errors.ts';

/** One interface to listen on; without a port the system chooses one. */
export interface ListenAddress {
  /** An address or the name of an interface: `10.0.0.7`, `[fd00::7]`, `eth0`. */
  readonly host: string;
  readonly port?: number;
}

const EVERYWHERE = /^(?:\*?|[0.]+|\[?[0:]+\]?)$/;
const FORM = /^(?<host>\[[^\]]+\]|[^:[\]]*)(?::(?<port>\d{1,5}))?$/;

/** Reads `HOST` or `HOST:PORT`. @throws BalpmError (usage) for another form, and for what is every interface. */
export function parseListenAddress(text: string): ListenAddress {
  const { host, port } = FORM.exec(text)?.groups ?? {};
  const number = port === undefined ? undefined : Number(port);
  if (host === undefined || (number !== undefined && (number < 1 || number > 65_535))) {
    throw usageError(`Cannot listen on '${text}': it is not an address, HOST or HOST:PORT is needed`);
  }
  return oneInterface(number === undefined ? { host } : { host, port: number });
}

/** Whether `parseListenAddress` takes the text. */
export function isListenAddress(text: string): boolean {
  try {
    return parseListenAddress(text) !== undefined;
  } catch {
    return false;
  }
}

/** The address itself when it is that of one interface. @throws BalpmError (usage) when it is every interface. */
export function oneInterface(address: ListenAddress): ListenAddress {
  if (!EVERYWHERE.test(address.host)) return address;
  throw usageError(
    `Cannot listen on '${address.host}': that is every interface of this machine, the address or the name of one is needed`,
  );
}
