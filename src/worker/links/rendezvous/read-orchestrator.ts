import { existsSync } from 'node:fs';
import { environmentError } from '../../../base/errors.ts';
import { quotePath } from '../../../base/files/files.ts';
import { explainValue } from '../../../base/text/explain-value.ts';
import { readPrivateFile } from '../remote/private-file.ts';
import { OrchestratorFile } from './rendezvous-files.ts';

/**
 * The orchestrator file of a rendezvous directory; undefined: there is none.
 * @throws BalpmError (environment) when others may change it, or it is something else.
 */
export function readOrchestrator(path: string): OrchestratorFile | undefined {
  const text = readThere(path);
  if (text === undefined) return undefined;
  const parsed = OrchestratorFile.safeParse(parseJson(text));
  if (parsed.success) return parsed.data;
  throw environmentError(
    `Cannot use ${quotePath(path)}: ${explainValue(parsed.error)}; move it away, or name another worker.rendezvous`,
  );
}

/** Its orchestrator may take it away between two looks. */
function readThere(path: string): string | undefined {
  try {
    return existsSync(path) ? readPrivateFile(path, 'orchestrator file') : undefined;
  } catch (error) {
    if (!existsSync(path)) return undefined;
    throw error;
  }
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
