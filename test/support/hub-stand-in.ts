import { createHash } from 'node:crypto';
import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A request as it came in. */
export interface HubRequest {
  readonly method: string;
  readonly path: string;
  readonly authorization: string | undefined;
}

/** A dataset repository of the stand-in. */
export interface HubRepository {
  readonly isPrivate: boolean;
  readonly files: Map<string, Buffer>;
  /** Messages of the commits. */
  readonly commits: string[];
}

/** A hub on loopback that answers what huggingface_hub asks when a folder is uploaded, and keeps what arrives. */
export interface HubStandIn {
  readonly url: string;
  readonly requests: HubRequest[];
  readonly repositories: Map<string, HubRepository>;
  /** Bytes that Xet clients sent, one body a request, in order. */
  readonly xorbs: Buffer[];
  readonly close: () => Promise<void>;
}

interface Answer {
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: unknown;
}

interface Asked {
  readonly parts: readonly string[];
  readonly body: Buffer;
  readonly hub: HubStandIn;
  readonly uploads: Map<string, Buffer>;
}

/** Starts the stand-in; whoever has not `token` is answered 401, but for the places where files themselves are put. */
export async function startHub(token: string): Promise<HubStandIn> {
  const uploads = new Map<string, Buffer>();
  const server = createServer((request, response) => {
    void readBody(request).then((body) => {
      const { status = 200, headers = {}, body: answer = {} } = answerOf(request, body);
      response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(JSON.stringify(answer));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const hub: HubStandIn = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    requests: [],
    repositories: new Map(),
    xorbs: [],
    close: () => closeServer(server),
  };
  function answerOf(request: IncomingMessage, body: Buffer): Answer {
    const { method = '', headers } = request;
    const path = decodeURIComponent((request.url ?? '').split('?')[0] as string);
    hub.requests.push({ method, path, authorization: headers.authorization });
    const route = ROUTES.find((known) => known.method === method && known.path.test(path));
    if (route === undefined) return { status: 404, body: { error: `no such place: ${method} ${path}` } };
    if (!route.isOpen && headers.authorization !== `Bearer ${token}`)
      return { status: 401, body: { error: 'Invalid username or password.' } };
    return route.answer({ parts: route.path.exec(path)?.slice(1) ?? [], body, hub, uploads });
  }
  return hub;
}

interface Route {
  readonly method: string;
  readonly path: RegExp;
  /** Whether it is asked without the token: the address itself is the permission. */
  readonly isOpen?: boolean;
  readonly answer: (asked: Asked) => Answer;
}

const ROUTES: readonly Route[] = [
  { method: 'GET', path: /^\/api\/datasets\/([^/]+\/[^/]+)$/, answer: describeRepository },
  { method: 'POST', path: /^\/api\/repos\/create$/, answer: createRepository },
  { method: 'POST', path: /^\/api\/validate-yaml$/, answer: () => ({}) },
  { method: 'POST', path: /^\/api\/datasets\/([^/]+\/[^/]+)\/preupload\/main$/, answer: chooseModes },
  { method: 'POST', path: /^\/datasets\/([^/]+\/[^/]+)\.git\/info\/lfs\/objects\/batch$/, answer: placeUploads },
  { method: 'PUT', path: /^\/uploads\/([0-9a-f]{64})$/, isOpen: true, answer: takeUpload },
  { method: 'POST', path: /^\/verify$/, answer: () => ({}) },
  { method: 'POST', path: /^\/api\/datasets\/([^/]+\/[^/]+)\/commit\/main$/, answer: takeCommit },
  { method: 'GET', path: /^\/api\/datasets\/([^/]+\/[^/]+)\/xet-write-token\/main$/, answer: giveXetToken },
  { method: 'POST', path: /^\/v1\/xorbs\/default\/[0-9a-f]{64}$/, isOpen: true, answer: takeXorb },
  { method: 'POST', path: /^\/v1\/shards$/, isOpen: true, answer: () => ({ body: { result: 1 } }) },
];

function describeRepository({ parts: [id = ''], hub }: Asked): Answer {
  const found = hub.repositories.get(id);
  if (found === undefined)
    return { status: 404, headers: { 'x-error-code': 'RepoNotFound' }, body: { error: 'Repository not found' } };
  const siblings = [...found.files.keys()].map((rfilename) => ({ rfilename }));
  return { body: { _id: 'f00d', id, sha: COMMIT, private: found.isPrivate, siblings, tags: [], downloads: 0 } };
}

function createRepository({ body, hub }: Asked): Answer {
  const { organization, name, visibility, type } = JSON.parse(body.toString()) as Record<string, string>;
  if (type !== 'dataset') return { status: 400, body: { error: 'only datasets are made here' } };
  const id = `${organization}/${name}`;
  hub.repositories.set(id, { isPrivate: visibility === 'private', files: new Map(), commits: [] });
  return { body: { url: `${hub.url}/datasets/${id}` } };
}

function chooseModes({ body }: Asked): Answer {
  const { files } = JSON.parse(body.toString()) as { files: { path: string }[] };
  const modes = files.map(({ path }) => ({
    path,
    uploadMode: /\.(?:parquet|npy|csv)$/.test(path) ? 'lfs' : 'regular',
    shouldIgnore: false,
  }));
  return { body: { files: modes } };
}

function placeUploads({ body, hub }: Asked): Answer {
  const { objects } = JSON.parse(body.toString()) as { objects: { oid: string; size: number }[] };
  const placed = objects.map(({ oid, size }) => ({
    oid,
    size,
    actions: { upload: { href: `${hub.url}/uploads/${oid}` }, verify: { href: `${hub.url}/verify` } },
  }));
  return { body: { transfer: 'basic', objects: placed } };
}

function takeUpload({ parts: [oid = ''], body, uploads }: Asked): Answer {
  if (createHash('sha256').update(body).digest('hex') !== oid) return { status: 400, body: { error: 'other bytes' } };
  uploads.set(oid, body);
  return {};
}

interface CommitLine {
  readonly key: 'header' | 'file' | 'lfsFile';
  readonly value: { readonly summary: string; readonly path: string; readonly content: string; readonly oid: string };
}

/** Files are in the commit itself, or were uploaded before under their hash; of Xet files the hash alone is known. */
function takeCommit({ parts: [id = ''], body, hub, uploads }: Asked): Answer {
  const repository = hub.repositories.get(id);
  if (repository === undefined) return { status: 404, body: { error: 'Repository not found' } };
  for (const line of body.toString().trim().split('\n')) {
    const { key, value } = JSON.parse(line) as CommitLine;
    if (key === 'header') repository.commits.push(value.summary);
    else if (key === 'file') repository.files.set(value.path, Buffer.from(value.content, 'base64'));
    else repository.files.set(value.path, uploads.get(value.oid) ?? Buffer.from(value.oid));
  }
  return { body: { success: true, commitOid: COMMIT, commitUrl: `${hub.url}/datasets/${id}/commit/${COMMIT}` } };
}

function giveXetToken({ hub }: Asked): Answer {
  const casUrl = hub.url;
  return {
    headers: {
      'x-xet-cas-url': casUrl,
      'x-xet-access-token': 'short-lived',
      'x-xet-token-expiration': String(YEAR_2100),
    },
    body: { casUrl, accessToken: 'short-lived', exp: YEAR_2100 },
  };
}

function takeXorb({ body, hub }: Asked): Answer {
  hub.xorbs.push(body);
  return { body: { was_inserted: true } };
}

const COMMIT = '0123456789abcdef0123456789abcdef01234567';
const YEAR_2100 = 4_102_444_800;

async function readBody(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
}

const closeServer = (server: Server): Promise<void> =>
  new Promise((resolve) => {
    server.close(() => resolve());
    server.closeAllConnections();
  });
