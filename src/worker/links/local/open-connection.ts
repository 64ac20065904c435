import { rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { environmentError, messageOf } from '../../../base/errors.ts';
import { type Binding, bindSocket, type Connection } from '../../wire/connection.ts';
import { makeSocketDirectory } from './socket-directory.ts';
import { type SocketFile, socketFileAt } from './socket-file.ts';

/** A socket only this machine can reach. */
export interface LocalConnection extends Connection {
  /** The file that was bound: who finds another one at the endpoint's path talks to somebody else. */
  readonly socketFile: SocketFile;
}

/** What a private socket is bound with. */
interface LocalBinding extends Pick<Binding, 'onMessage' | 'onDisconnected'> {
  readonly heartbeat: { readonly intervalMs: number; readonly timeoutMs: number };
  readonly onConnected: () => void;
}

const TIME_TO_LIVE_MS = 30_000;

/** Binds a private socket and hands on what happens at it. @throws BalpmError (environment) without a place for it. */
export async function openConnection({ heartbeat, ...binding }: LocalBinding): Promise<LocalConnection> {
  const path = join(makeSocketDirectory(), 's');
  const remove = (): void => rmSync(dirname(path), { recursive: true, force: true });
  let connection: Connection | undefined;
  try {
    const withTime = { ...heartbeat, timeToLiveMs: TIME_TO_LIVE_MS };
    const bound = await bindSocket({ endpoint: `ipc://${path}`, heartbeat: withTime, ...binding });
    connection = bound;
    const close = (): void => {
      bound.close();
      remove();
    };
    return { ...bound, endpoint: `ipc://${path}`, socketFile: socketFileAt(path), close };
  } catch (error) {
    connection?.close();
    remove();
    throw environmentError(`Cannot listen at '${path}': ${messageOf(error)}, a writable place for a socket is needed`);
  }
}
