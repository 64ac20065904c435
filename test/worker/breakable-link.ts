import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';

/** A line to a TCP port of this machine that can be cut and mended. */
export interface BreakableLink {
  readonly endpoint: string;
  readonly cut: () => void;
  /** From now until it is mended nothing of what comes back over it arrives. */
  readonly swallow: () => void;
  /** Bytes that did not arrive. */
  readonly swallowed: () => number;
  readonly mend: () => void;
  readonly close: () => Promise<void>;
}

/** Opens a line to `endpoint` (`tcp://127.0.0.1:port`). While it is cut, whoever connects is hung up on. */
export async function openBreakableLink(endpoint: string): Promise<BreakableLink> {
  const port = Number(endpoint.slice(endpoint.lastIndexOf(':') + 1));
  const sockets = new Set<Socket>();
  let isCut = false;
  let swallows = false;
  let lost = 0;
  const hangUp = (): void => sockets.forEach((socket) => void socket.destroy());
  const server = createServer((near) => {
    if (isCut) return void near.destroy();
    const far = connect(port, '127.0.0.1');
    for (const [socket, other] of [[near, far] as const, [far, near] as const]) {
      sockets.add(socket.on('error', () => undefined).on('close', () => other.destroy()));
    }
    far.pipe(near);
    near.on('data', (bytes) => {
      if (swallows) lost += bytes.length;
      else far.write(bytes);
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    endpoint: `tcp://127.0.0.1:${(server.address() as AddressInfo).port}`,
    cut: () => {
      isCut = true;
      hangUp();
    },
    swallow: () => {
      swallows = true;
    },
    swallowed: () => lost,
    mend: () => {
      swallows = false;
      isCut = false;
    },
    close: async () => {
      hangUp();
      server.close();
      await once(server, 'close');
    },
  };
}
