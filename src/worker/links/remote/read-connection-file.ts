import { environmentError, messageOf } from '../../../base/errors.ts';
import { quotePath } from '../../../base/files/files.ts';
import { explainValue } from '../../../base/text/explain-value.ts';
import { ConnectionFile } from './connection-file.ts';
import { readPrivateFile } from './private-file.ts';

/**
 * Reads what an orchestrator wrote for its worker.
 * @throws BalpmError (environment) when others may read the file, or it is not a whole connection file.
 */
export function readConnectionFile(path: string): ConnectionFile {
  const text = readPrivateFile(path, 'connection file');
  const parsed = ConnectionFile.safeParse(parseJson(text, path));
  if (parsed.success) return parsed.data;
  throw unusable(path, explainValue(parsed.error));
}

function parseJson(text: string, path: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw unusable(path, `it is not JSON (${reasonWithoutText(error)})`);
  }
}

/** Node quotes the text around the fault, and that text is secret. */
const reasonWithoutText = (error: unknown): string =>
  /position \d+|Unexpected end/.exec(messageOf(error))?.[0] ?? 'a fault in it';

const unusable = (path: string, found: string): Error =>
  environmentError(
    `Cannot use connection file ${quotePath(path)}: ${found}, the file the orchestrator wrote is needed`,
  );
