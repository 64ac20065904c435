/**
 * How many more rows the reference's cut makes, and how long cutting takes: alpaca-pairs, and made-up posts of the length
 * of TL;DR's with 6 answers in 9 pairs. `npx tsx bench/reference-cut.ts MODEL [../shared/data/alpaca-pairs]`
 */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readDataset } from '../src/data/dataset.ts';
import { importDataset } from '../src/data/import/import-dataset.ts';
import type { ImportOptions } from '../src/data/import/import-options.ts';
import { writeCutDataset } from '../src/features/extraction/write-cut-dataset.ts';
import { withOwnWorker } from '../src/features/own-worker.ts';
import { operations } from '../src/protocol/index.ts';
import { openStream } from '../src/random/stream.ts';
import { resolvePython } from '../src/worker/links/local/interpreter.ts';
import { importOptions } from '../test/data/fixtures.ts';

const model = process.argv[2] as string;
const alpaca = process.argv[3] ?? '../shared/data/alpaca-pairs';
const folder = mkdtempSync(join(tmpdir(), 'balpm-cut-'));
const signal = new AbortController().signal;
const own = { python: resolvePython(), device: 'cpu', threads: 1, signal };

function writePosts(file: string): string {
  const stream = openStream(['reference-cut']);
  const text = (least: number, most: number): string =>
    Array.from({ length: least + stream.below(most - least) }, () => `word${stream.below(500)}`).join(' ');
  const lines = Array.from({ length: 2000 }, () => {
    const prompt = text(60, 300);
    const answers = Array.from({ length: 6 }, () => text(4, 30));
    return Array.from({ length: 9 }, () => {
      const [first, step] = [stream.below(6), 1 + stream.below(5)];
      const pair = { response_a: answers[first], response_b: answers[(first + step) % 6], preferred: 'a' };
      return `${JSON.stringify({ prompt, ...pair })}\n`;
    }).join('');
  });
  writeFileSync(file, lines.join(''));
  return file;
}

async function measure(name: string, source: Partial<ImportOptions>, maxTokens: number): Promise<void> {
  const place = join(folder, name);
  rmSync(place, { recursive: true, force: true });
  await importDataset(importOptions(source), place, signal);
  const dataset = await readDataset(place);
  const begun = performance.now();
  const params = { dataset: place, model, revision: null, trustRemoteCode: false, maxTokens };
  const { data, tensors } = await withOwnWorker(own, (worker) => worker.call(operations.featuresCut, params));
  const out = join(folder, `${name}-cut`);
  rmSync(out, { recursive: true, force: true });
  mkdirSync(out);
  const cut = { name, source: {}, kept: tensors['kept']?.values as Int32Array };
  const after = (await writeCutDataset(out, dataset, cut)).counts;
  const before = dataset.manifest.counts;
  const times = (which: 'prompts' | 'responses'): string =>
    `${before[which]} → ${after[which]} ${which} (${(after[which] / before[which]).toFixed(2)}x)`;
  const seconds = ((performance.now() - begun) / 1000).toFixed(1);
  console.log(
    `${name}, ${maxTokens} tokens: ${data.cutItems} of ${data.items} pairs cut, ${times('prompts')}, ${times('responses')}, ${seconds} s`,
  );
}

try {
  const posts = { source: writePosts(join(folder, 'posts.jsonl')), split: 'train' };
  for (const maxTokens of [256, 512]) await measure('posts', posts, maxTokens);
  for (const maxTokens of [128, 256]) await measure('alpaca-pairs', { source: alpaca }, maxTokens);
} finally {
  rmSync(folder, { recursive: true });
}
