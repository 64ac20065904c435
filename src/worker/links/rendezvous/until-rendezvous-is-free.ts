import { connect } from 'node:net';
import { setTimeout } from 'node:timers/promises';
import { environmentError } from '../../../base/errors.ts';
import { quotePath } from '../../../base/files/files.ts';
import { startCancelled } from '../../worker-failure.ts';
import { readOrchestrator } from './read-orchestrator.ts';

const PATIENCE_MS = 30_000;
const PAUSE_MS = 1000;
const ANSWER_MS = 2000;

/**
 * Waits until nobody listens any more where an earlier orchestrator file says: one that was displaced may need a moment
 * to end. `path` is that file, which may be missing; gives the incarnation of the orchestrator that was killed and left it.
 * @throws BalpmError (environment) when somebody still does after 30 s, or the file is something else.
 * @throws WorkerFailure CANCELLED after `signal`.
 */
export async function untilRendezvousIsFree(
  path: string,
  note: (sentence: string) => void,
  signal: AbortSignal,
): Promise<string | undefined> {
  for (let waited = 0; ; waited += PAUSE_MS) {
    if (signal.aborted) throw startCancelled();
    const other = readOrchestrator(path);
    const taken = await listeningEndpoint(other?.endpoints ?? []);
    if (taken === undefined) return other?.incarnation;
    if (waited >= PATIENCE_MS) {
      throw environmentError(
        `Cannot use ${quotePath(path)}: another orchestrator listens at ${taken}; end it, or name another worker.rendezvous`,
      );
    }
    if (waited === 0) note(`Another orchestrator listens at ${taken}; waiting for its end`);
    await setTimeout(PAUSE_MS, undefined, { signal }).catch(() => undefined);
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
