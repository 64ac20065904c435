import { resolve } from 'node:path';
import type { Peer } from './peer.ts';

interface Pythonia {
  readonly python: { (path: string): Promise<{ echo: (text: string) => Promise<unknown> }>; exit: () => void };
}

/** pythonia, one trip: a text in, a text out. */
export async function openPythoniaPeer(python: string): Promise<Peer> {
  process.env['PYTHON_BIN'] = python;
  const { python: load } = ((await import('pythonia')) as unknown as { default: Pythonia }).default;
  const module = await load(resolve('bench/peers/echo.py'));
  return {
    name: 'pythonia, text in and out',
    echo: (text) => module.echo(text),
    close: async () => load.exit(),
  };
}
