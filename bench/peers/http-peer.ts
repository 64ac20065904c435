import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { resolve } from 'node:path';
import type { Peer } from './peer.ts';

/** Node's fetch against Python's http.server, with keep-alive. */
export async function openHttpPeer(python: string): Promise<Peer> {
  const server = spawn(python, [resolve('bench/peers/http_server.py')], { stdio: ['ignore', 'pipe', 'inherit'] });
  const [line] = (await once(server.stdout, 'data')) as [Buffer];
  const url = `http://127.0.0.1:${line.toString().trim()}/`;
  return {
    name: 'HTTP, fetch to http.server',
    echo: async (text) => (await fetch(url, { method: 'POST', body: text })).text(),
    close: async () => {
      server.kill();
      await once(server, 'exit');
    },
  };
}
