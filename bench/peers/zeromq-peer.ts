import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { Router } from 'zeromq';
import type { Peer } from './peer.ts';

/** zeromq.js ROUTER against pyzmq DEALER, text frames without codec, ids, threads or checks. */
export async function openZeromqPeer(python: string): Promise<Peer> {
  const directory = mkdtempSync('/tmp/bench-');
  const socket = new Router({ linger: 0 });
  const endpoint = `ipc://${join(directory, 's')}`;
  await socket.bind(endpoint);
  const process = spawn(python, [resolve('bench/peers/raw_zeromq.py'), endpoint], { stdio: 'inherit' });
  const [identity] = (await socket.receive()) as [Buffer];
  return {
    name: 'raw zeromq, ROUTER to DEALER',
    echo: async (text) => {
      await socket.send([identity, text]);
      return (await socket.receive())[1];
    },
    close: async () => {
      process.kill();
      await once(process, 'exit');
      socket.close();
      rmSync(directory, { recursive: true });
    },
  };
}
