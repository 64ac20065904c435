import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';

/** A hub on loopback that has models, as huggingface_hub reads them. */
export interface ModelHub {
  readonly url: string;
  /** `GET config.json` for every file whose bytes were asked for. */
  readonly fetched: string[];
  /** While set, the bytes of files wait for it. */
  gate: Promise<unknown> | undefined;
  readonly close: () => Promise<void>;
}

export const HUB_COMMIT = '89abcdef0123456789abcdef0123456789abcdef';

/** Serves directories by their id, `org/tiny`, each with one commit on `main`. */
export async function startModelHub(models: Readonly<Record<string, string>>): Promise<ModelHub> {
  const server = createServer((request, response) => void answer(request, response));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const hub: ModelHub = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    fetched: [],
    gate: undefined,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const path = decodeURIComponent((request.url ?? '').split('?')[0] as string);
    const [, listed = '', what = ''] = /^\/api\/models\/([^/]+\/[^/]+)\/(revision|tree)\/.+$/.exec(path) ?? [];
    const [, owner = '', file = ''] = /^\/([^/]+\/[^/]+)\/resolve\/[^/]+\/(.+)$/.exec(path) ?? [];
    const folder = models[listed || owner];
    const isAsked = /\/(main|[0-9a-f]{40})(\/|$)/.test(path);
    if (folder === undefined || !isAsked)
      return refuse(response, folder === undefined ? 'RepoNotFound' : 'RevisionNotFound');
    if (what === 'revision')
      return sendJson(response, { _id: 'f00d', id: listed, sha: HUB_COMMIT, siblings: [], tags: [] });
    if (what === 'tree') return sendJson(response, filesIn(folder));
    const bytes = readFileSync(join(folder, file));
    const headers = { etag: `"${hashOf(bytes)}"`, 'x-repo-commit': HUB_COMMIT, 'content-length': bytes.length };
    if (request.method === 'GET') {
      hub.fetched.push(file);
      await hub.gate;
    }
    response.writeHead(200, headers).end(request.method === 'GET' ? bytes : undefined);
  }
  return hub;
}

const hashOf = (bytes: Buffer): string => createHash('sha1').update(bytes).digest('hex');

const filesIn = (folder: string) =>
  readdirSync(folder).map((path) => {
    const bytes = readFileSync(join(folder, path));
    return { type: 'file', path, size: bytes.length, oid: hashOf(bytes) };
  });

function sendJson(response: ServerResponse, value: unknown): void {
  response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(value));
}

function refuse(response: ServerResponse, code: string): void {
  response.writeHead(404, { 'content-type': 'application/json', 'x-error-code': code }).end('{"error": "not here"}');
}
