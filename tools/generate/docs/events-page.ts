import type { z } from 'zod';
import { RunEvent } from '../../../src/ledger/events.ts';
import { docComments } from './doc-comments.ts';
import { code, renderPage, renderTable } from './render-page.ts';
import { isOptional, typeOf } from './type-of.ts';

/** Every event of the ledger with its fields. */
export function eventsPage(): string {
  const comments = docComments('src/ledger/events.ts');
  return renderPage(
    'Events',
    'The ledger `events.jsonl` has one event per line. Every event has `seq` (its number from 0), `time`, `seconds` (duration of its step, null where there is none) and `check` (the start of the SHA-256 of the line without it). The state of a run is computed from its events alone.',
    RunEvent.options.map((event) => {
      const type = event.shape.type.value;
      return `## ${code(type)}\n\n${comments.get(nameOf(type)) ?? ''}\n\n${fieldsOf(event.shape)}`;
    }),
  );
}

const OF_EVERY_EVENT = new Set(['seq', 'time', 'seconds', 'type']);

/** `batch.selected` is declared as `BatchSelected`. */
const nameOf = (type: string): string =>
  type
    .split('.')
    .map((part) => part.charAt(0).toUpperCase() + part.slice(1))
    .join('');

const fieldsOf = (shape: Readonly<Record<string, z.ZodType>>): string =>
  renderTable(
    ['field', 'values', 'always'],
    Object.entries(shape)
      .filter(([name]) => !OF_EVERY_EVENT.has(name))
      .map(([name, schema]) => [code(name), typeOf(schema), isOptional(schema) ? '–' : 'yes']),
  );
