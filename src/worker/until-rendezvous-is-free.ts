import { existsSync } from 'node:fs';
import { connect } from 'node:net';
import { setTimeout } from 'node:timers/promises';
import { environmentError } from '../base/errors.ts';
import { quotePath } from '../base/files.ts';
import { explainValue } from './explain-value.ts';
import { readPrivateFile } from './private-file.ts';
import { OrchestratorFile } from './rendezvous-files.ts';
import { startCancelled } from './start-cancelled.ts';

const PATIENCE_MS = 30_000;
const PAUSE_MS = 1000;
const ANSWER_MS = 2000;

/**
 * Waits until nobody listens any more where an earlier orchestrator file says: one that was displaced may need a moment
 * to end. `path` is that file, which may be missing.
 * @throws BalpmError (environment) when somebody still does after 30 s, or the file is something else.
 * @throws WorkerFailure CANCELLED after `signal`.
 */
export async function untilRendezvousIsFree(
  path: string,
  note: (sentence: string) => void,
  signal: AbortSignal,
): Promise<void> {
  for (let waited = 0; ; waited += PAUSE_MS) {
    if (signal.aborted) throw startCancelled();
    const taken = await listeningEndpoint(endpointsIn(path));
    if (taken === undefined) return;
    if (waited >= PATIENCE_MS) {
      throw environmentError(
        `Cannot use ${quotePath(path)}: another orchestrator listens at ${taken}; end it, or name another worker.rendezvous`,
      );
    }
    if (waited === 0) note(`Another orchestrator listens at ${taken}; waiting for its end`);
    await setTimeout(PAUSE_MS, undefined, { signal }).catch(() => undefined);
  }
}

function endpointsIn(path: string): readonly string[] {
  if (!existsSync(path)) return [];
  const parsed = OrchestratorFile.safeParse(parseJson(readPrivateFile(path, 'orchestrator file')));
  if (parsed.success) return parsed.data.endpoints;
  throw environmentError(
    `Cannot use ${quotePath(path)}: ${explainValue(parsed.error)}; move it away, or name another worker.rendezvous`,
  );
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

async function listeningEndpoint(endpoints: readonly string[]): Promise<string | undefined> {
  const found = await Promise.all(endpoints.map(isListening));
  return endpoints.find((_endpoint, index) => found[index]);
}

/** Whether a connection can be made; nothing is said over it. */
function isListening(endpoint: string): Promise<boolean> {
  const { host = '', port } = /^tcp:\/\/\[?(?<host>.+?)\]?:(?<port>\d+)$/.exec(endpoint)?.groups ?? {};
  return new Promise((answer) => {
    const socket = connect({ host, port: Number(port) });
    const end = (isThere: boolean) => (): void => {
      socket.destroy();
      answer(isThere);
    };
    socket.setTimeout(ANSWER_MS, end(false)).once('connect', end(true)).once('error', end(false));
  });
}
