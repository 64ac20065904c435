import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { corpusText } from './corpus/corpus-text.ts';
import { referencePages } from './generate/docs/reference-pages.ts';
import { docsPages } from './generate/docs-pages.ts';
import { generatedFiles } from './generate/files.ts';
import { slurmScripts } from './generate/slurm-scripts.ts';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');

const corpus = { 'test/corpus/messages.jsonl.gz': gzipSync(corpusText(), { level: 9 }) };

const files = {
  ...generatedFiles(),
  ...corpus,
  ...docsPages(),
  ...(await slurmScripts()),
  ...(await referencePages()),
};

for (const [path, content] of Object.entries(files)) {
  const target = join(root, path);
  mkdirSync(dirname(target), { recursive: true });
  writeFileSync(target, content);
  process.stderr.write(`${path}\n`);
}
