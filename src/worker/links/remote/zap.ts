// Beside connection.ts the only file that imports zeromq: libzmq asks it about keys, on an address the process has once.
import { setTimeout } from 'node:timers/promises';
import { Reply } from 'zeromq';
import { systemCodeOf } from '../../../base/errors.ts';

/** Whose keys a domain accepts, and who is told of one that is not among them. */
export interface KeyList {
  /** Whether a public key (Z85) is on the list now; asked at every connection, must not throw. */
  readonly allows: (publicKey: string) => boolean;
  /** Called with the address a foreign key came from. */
  readonly onRefused: (address: string) => void;
}

const ADDRESS = 'inproc://zeromq.zap.01';
const VERSION = '1.0';
const RETRY_MS = 5;
const MOST_TRIES = 400;
const domains = new Map<string, KeyList>();
let opening: Promise<Reply> | undefined;

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
  const socket = new Reply({ linger: 0 });
  await bindWhenFree(socket);
  void answer(socket);
  return socket;
}

/** The last handler lets go of the address a moment after it was closed (unbind() is no way: it is not safe while receiving). */
async function bindWhenFree(socket: Reply): Promise<void> {
  for (let tries = 1; ; tries += 1) {
    try {
      return await socket.bind(ADDRESS);
    } catch (error) {
      if (systemCodeOf(error) !== 'EADDRINUSE' || tries === MOST_TRIES) throw error;
      await setTimeout(RETRY_MS);
    }
  }
}

function leave(domain: string): void {
  domains.delete(domain);
  if (domains.size > 0) return;
  void opening?.then((socket) => socket.close());
  opening = undefined;
}

async function answer(socket: Reply): Promise<void> {
  for await (const [version, id, domain, address, , mechanism, key] of socket) {
    const isFine = version?.toString() === VERSION && mechanism?.toString() === 'CURVE';
    const isIn = isFine && isListed(String(domain), String(address), key);
    const [status, words] = isIn ? ['200', 'OK'] : ['400', 'the key is not on the list'];
    if (socket.closed) return;
    await socket.send([VERSION, id ?? '', status, words, '', '']).catch(() => undefined); // closed meanwhile
  }
}

function isListed(domain: string, address: string, key: Buffer | undefined): boolean {
  const keys = domains.get(domain);
  if (key?.length === 32 && keys?.allows(encodeZ85(key)) === true) return true;
  keys?.onRefused(address);
  return false;
}

const DIGITS = '0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ.-:+=^!/*?&<>()[]{}@%$#';

/** Text of bytes as ZeroMQ writes keys: five digits of base 85 for every four bytes, most significant first. */
export function encodeZ85(bytes: Uint8Array): string {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const words = Array.from({ length: Math.floor(bytes.length / 4) }, (_word, index) => view.getUint32(4 * index));
  return words.map(fiveDigits).join('');
}

const fiveDigits = (word: number): string =>
  [4, 3, 2, 1, 0].map((power) => DIGITS[Math.floor(word / 85 ** power) % 85]).join('');
