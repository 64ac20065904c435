import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { BalpmError } from '../../../src/base/errors.ts';
import { changedAnswers } from '../../../src/oracle/changed-answers.ts';
import { createFileOracle } from '../../../src/oracle/file-oracle.ts';
import { makeScratch } from '../../support/balpm.ts';
import { damagedBytes, damagedJson } from '../../support/fuzz/damage.ts';

const BATCH = { round: 1, ids: ['1', 'é', 'z'] };
const GIVEN = BATCH.ids.map((id) => ({ id, preferred: 'a' as const, seconds: 3, by: { name: 'Zoë' } }));
const ANSWERS = Buffer.from(GIVEN.map((line) => `${JSON.stringify(line)}\n`).join(''));
const labelled = { round: 1, answers: new Map(GIVEN.map(({ id, preferred }) => [id, { preferred }])) };

let scratch: ReturnType<typeof makeScratch>;
beforeEach(() => {
  scratch = makeScratch();
});
afterEach(() => scratch.remove());

test('damaged answers are waited on or refused as data, and a changed one is never taken without a word', async () => {
  let folders = 0;
  await fc.assert(
    fc.asyncProperty(fc.oneof(damagedJson(true), damagedBytes), async (damage) => {
      const dir = join(scratch.path, String(folders++));
      mkdirSync(dir);
      writeFileSync(join(dir, 'round-001.answers.jsonl'), damage(ANSWERS));
      const readTexts = async (ids: readonly string[]) =>
        ids.map((id) => ({ id, prompt: 'p', response_a: 'a', response_b: 'b' }));
      const outcome = await createFileOracle({ dir, readTexts })
        .answer(BATCH)
        .catch((error: unknown) => {
          if (error instanceof BalpmError && error.kind === 'data') return null;
          throw error;
        });
      const isAsGiven = outcome?.type === 'answered' && outcome.answers.every(({ preferred }) => preferred === 'a');
      expect(changedAnswers(dir, [labelled]).length === 0).toBe(isAsGiven);
    }),
    { numRuns: 60 },
  );
});
