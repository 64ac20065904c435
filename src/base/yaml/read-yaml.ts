import { type Document, LineCounter, parseDocument } from 'yaml';
import { BalpmError, messageOf, usageError } from '../errors.ts';
import { quotePath, readText } from '../files/files.ts';
import { isPlainObject, type PlainObject } from './plain.ts';
import { plainValue } from './plain-value.ts';

/** A YAML file of keys and values, and where they stand. */
export interface YamlFile {
  readonly path: string;
  readonly text: string;
  readonly tree: PlainObject;
  /** `'file' line 7` for a key, or for its parent when it is absent; undefined when neither stands in the file. */
  readonly lineOf: (keyPath: readonly PropertyKey[]) => string | undefined;
}

/** Reads a YAML mapping; `what` it is, in words. @throws BalpmError (usage) naming file, line and column. */
export async function readYaml(path: string, what = 'config'): Promise<YamlFile> {
  const text = await readConfigText(path, what);
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false, logLevel: 'error' });
  const problem = document.errors[0];
  if (problem) {
    const { line, col } = lines.linePos(problem.pos[0]);
    const found = problem.message.replaceAll('\n', ' ');
    throw usageError(`Cannot read ${what} ${quotePath(path)} line ${line} column ${col}: ${found}, YAML is needed`);
  }
  const tree = treeOf(document, `Cannot read ${what} ${quotePath(path)}`);
  const lineOf = (keyPath: readonly PropertyKey[]): string | undefined => {
    const offset = offsetOf(document, keyPath);
    return offset === undefined ? undefined : `${quotePath(path)} line ${lines.linePos(offset).line}`;
  };
  return { path, text, tree, lineOf };
}

function treeOf(document: Document.Parsed, act: string): PlainObject {
  try {
    const tree = plainValue(document) ?? {};
    if (isPlainObject(tree)) return tree;
  } catch (error) {
    throw usageError(`${act}: ${messageOf(error)}; give keys with values as JSON has them`);
  }
  throw usageError(`${act}: it is not a mapping; give keys and values`);
}

/** A config that cannot be read is wrong usage, not wrong data. */
async function readConfigText(path: string, what: string): Promise<string> {
  try {
    return await readText(path, what);
  } catch (error) {
    throw error instanceof BalpmError && error.kind === 'data' ? usageError(error.message) : error;
  }
}

/** Where the key stands; for an absent key, where its parent stands. */
function offsetOf(document: Document.Parsed, keyPath: readonly PropertyKey[]): number | undefined {
  for (let length = keyPath.length; length > 0; length--) {
    const node: unknown = document.getIn(keyPath.slice(0, length), true);
    const isPlaced = typeof node === 'object' && node !== null && 'range' in node && Array.isArray(node.range);
    if (isPlaced) return (node.range as number[])[0];
  }
  return undefined;
}
