import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { describe, expect, it, test } from 'vitest';
import { countGood, isValid, SCHEMAS } from '../../../tools/corpus/corpus.ts';
import { corpusText } from '../../../tools/corpus/corpus-text.ts';
import { generatedFiles } from '../../../tools/generate/files.ts';

const corpusFile = 'test/corpus/messages.jsonl.gz';
const committed = gunzipSync(readFileSync(corpusFile)).toString();
const lines = committed
  .trimEnd()
  .split('\n')
  .map((line) => JSON.parse(line) as { schema: string; text: string; valid: boolean });

describe('npm run generate', () => {
  test.each(Object.entries(generatedFiles()))('would leave %s as it is', (path, content) => {
    expect(readFileSync(path, 'utf8')).toBe(content);
  });

  it('would leave the corpus as it is', () => {
    expect(corpusText() === committed, `${corpusFile} is old, npm run generate is needed`).toBe(true);
  });
});

describe('the corpus', () => {
  it('has at least 5,000 messages over every schema, good and bad', () => {
    expect(lines.length).toBeGreaterThanOrEqual(5000);
    for (const name of SCHEMAS.keys()) {
      const verdicts = new Set(lines.filter((line) => line.schema === name).map((line) => line.valid));
      expect(verdicts, name).toEqual(new Set([false, true]));
    }
  });

  it('has at least 5,000 different messages that were mutated', () => {
    const different = new Set(lines.map(({ schema, text }) => `${schema} ${text}`));
    expect(different.size - countGood()).toBeGreaterThanOrEqual(5000);
  });

  it('is judged by zod as it says', () => {
    const wrong = lines.filter(({ schema, text, valid }) => {
      const judge = SCHEMAS.get(schema);
      return judge === undefined || isValid(judge, text) !== valid;
    });
    expect(wrong).toEqual([]);
  });
});
