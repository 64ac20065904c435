// Beside connection.ts the only file that imports zeromq: libzmq asks it about keys, on an address the process has once.
import { Reply } from 'zeromq';
import { encodeZ85 } from './z85.ts';

/** Whose keys a domain accepts, and who is told of one that is not among them. */
export interface KeyList {
  /** Public keys (Z85). */
  readonly allowed: ReadonlySet<string>;
  /** Called with the address a foreign key came from. */
  readonly onRefused: (address: string) => void;
}

const ADDRESS = 'inproc://zeromq.zap.01';
const VERSION = '1.0';
const domains = new Map<string, KeyList>();
let opening: Promise<Reply> | undefined;
/** The address is free again only when the last handler has let go of it. */
let closing: Promise<void> = Promise.resolve();

/**
 * Lets the peers of a domain in whose keys are on its list, and nobody else (RFC 27, mechanism CURVE).
 * Returns what ends it; the handler closes with the last domain, so that Node can exit. A bound socket whose domain has
 * no handler refuses everyone.
 */
export async function guardDomain(domain: string, keys: KeyList): Promise<() => void> {
  domains.set(domain, keys);
  try {
    await (opening ??= open());
  } catch (error) {
    domains.delete(domain);
    opening = undefined;
    throw error;
  }
  return () => leave(domain);
}

async function open(): Promise<Reply> {
  await closing;
  const socket = new Reply({ linger: 0 });
  await socket.bind(ADDRESS);
  void answer(socket);
  return socket;
}

function leave(domain: string): void {
  domains.delete(domain);
  if (domains.size > 0) return;
  closing = close(opening);
  opening = undefined;
}

async function close(opened: Promise<Reply> | undefined): Promise<void> {
  const socket = await opened;
  await socket?.unbind(ADDRESS);
  socket?.close();
}

async function answer(socket: Reply): Promise<void> {
  for await (const [version, id, domain, address, , mechanism, key] of socket) {
    const isFine = version?.toString() === VERSION && mechanism?.toString() === 'CURVE';
    const isIn = isFine && isListed(String(domain), String(address), key);
    const [status, words] = isIn ? ['200', 'OK'] : ['400', 'the key is not on the list'];
    await socket.send([VERSION, id ?? '', status, words, '', '']).catch(() => undefined); // closed meanwhile
  }
}

function isListed(domain: string, address: string, key: Buffer | undefined): boolean {
  const keys = domains.get(domain);
  if (key?.length === 32 && keys?.allowed.has(encodeZ85(key))) return true;
  keys?.onRefused(address);
  return false;
}
