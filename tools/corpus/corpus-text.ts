import { makeCorpus } from './corpus.ts';

/** Content of test/corpus/messages.jsonl.gz before compression. */
export const corpusText = (): string =>
  makeCorpus()
    .map((line) => `${JSON.stringify(line)}\n`)
    .join('');
