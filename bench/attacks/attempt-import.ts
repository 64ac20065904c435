import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { BalpmError } from '../../src/base/errors.ts';
import { register } from '../../src/cli/data.ts';
import { callCommand } from '../../test/support/call-command.ts';

/** What must come of an import: a refusal that says some things, or a dataset of these ids (and prompts, in order). */
export type Expected =
  | { readonly says: readonly string[]; readonly status?: number }
  | { readonly ids: readonly string[]; readonly prompts?: readonly string[] };

/** Imports from a folder into its `dataset`; resolves with what was wrong, or undefined. */
export async function attemptImport(
  folder: string,
  args: readonly string[],
  expected: Expected,
): Promise<string | undefined> {
  const before = readdirSync(folder).toSorted().join(' ');
  const out = join(folder, 'dataset');
  const failure = await failureOf(['import', ...args, '--out', out]);
  if ('ids' in expected) return failure === null ? wrongContent(out, expected) : `refused: ${wordsOf(failure)}`;
  if (failure === null) return `imported as ${idsOf(out).join(' ')}`;
  const after = readdirSync(folder).toSorted().join(' ');
  return after === before ? wrongRefusal(failure, expected) : `left behind: ${after}`;
}

async function failureOf(args: readonly string[]): Promise<unknown> {
  try {
    await callCommand({ register }, args);
    return null;
  } catch (error) {
    return error;
  }
}

const wordsOf = (failure: unknown): string => (failure instanceof Error ? failure.message : String(failure));

function wrongRefusal(
  failure: unknown,
  { says, status = 4 }: Extract<Expected, { says: unknown }>,
): string | undefined {
  if (!(failure instanceof BalpmError)) return `not a refusal: ${wordsOf(failure)}`;
  const { message, exitStatus } = failure;
  if (exitStatus !== status) return `status ${exitStatus}: ${message}`;
  if (!message.startsWith('Cannot ') || message.includes('\n')) return `not one line of our grammar: ${message}`;
  const missing = says.find((part) => !message.includes(part));
  return missing === undefined ? undefined : `does not say ${JSON.stringify(missing)}: ${message}`;
}

function wrongContent(out: string, { ids, prompts }: Extract<Expected, { ids: unknown }>): string | undefined {
  if (!existsSync(join(out, 'manifest.json'))) return 'no dataset';
  const found = idsOf(out);
  if (JSON.stringify(found) !== JSON.stringify(ids)) return `ids ${JSON.stringify(found)}`;
  const texts = linesOf(out, 'prompts.jsonl').map(({ text }) => text);
  return prompts === undefined || JSON.stringify(texts) === JSON.stringify(prompts)
    ? undefined
    : `prompts ${JSON.stringify(texts)}`;
}

const idsOf = (out: string): string[] => linesOf(out, 'items.jsonl').map(({ id }) => id as string);

const linesOf = (out: string, file: string): Record<string, string>[] =>
  readFileSync(join(out, file), 'utf8')
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as Record<string, string>);
