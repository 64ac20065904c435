import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { PACKAGE_ROOT } from '../../../src/base/package-info.ts';
import { operations } from '../../../src/protocol/index.ts';
import { docComments } from './doc-comments.ts';
import { code, renderPage, renderTable } from './render-page.ts';
import { typeOf } from './type-of.ts';

const FOLDER = 'src/protocol/operations';

/** Every built-in operation of the worker with its parameters and results. */
export function operationsPage(): string {
  const comments = new Map(
    readdirSync(join(PACKAGE_ROOT, FOLDER))
      .toSorted()
      .flatMap((file) => [...docComments(`${FOLDER}/${file}`)]),
  );
  return renderPage(
    'Operations of the worker',
    '`worker.call(operations.NAME, …)` runs one. A pure operation is a function of its request alone; its result may be kept. A job that reports no progress for longer than the stall limit counts as hung. [The API](api.md) shows how to call, and how to add a custom operation.',
    Object.entries(operations).map(([key, { name, version, pure, stallMs, params, data }]) =>
      [
        `## ${code(name)}`,
        comments.get(key) ?? '',
        `\`operations.${key}\`, version ${version}, ${pure ? 'pure' : 'not pure'}, stall limit ${stallMs / 1000} s.`,
        fieldsOf('parameter', params),
        fieldsOf('result', data),
      ].join('\n\n'),
    ),
  );
}

function fieldsOf(title: string, schema: z.ZodType): string {
  const fields = schema instanceof z.ZodObject ? Object.entries(schema.shape) : [];
  if (fields.length === 0) return `No ${title}s.`;
  return renderTable(
    [title, 'values'],
    fields.map(([name, field]) => [code(name), typeOf(field as z.ZodType)]),
  );
}
