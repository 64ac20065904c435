import { cpSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { sha256 } from '../../src/base/text/canonical-json.ts';
import type { DatasetManifest, LabelLine } from '../../src/data/dataset-format.ts';

/** Writes a copy of a dataset with other labels; `edit` returns null for an item that shall have none. */
export function editLabels(from: string, to: string, edit: (label: LabelLine) => LabelLine | null): void {
  cpSync(from, to, { recursive: true });
  const lines = readFileSync(join(from, 'labels.jsonl'), 'utf8').trimEnd().split('\n');
  const kept = lines.map((line) => edit(JSON.parse(line) as LabelLine)).filter((label) => label !== null);
  const text = kept.map((label) => `${JSON.stringify(label)}\n`).join('');
  writeFileSync(join(to, 'labels.jsonl'), text);
  const manifest = JSON.parse(readFileSync(join(to, 'manifest.json'), 'utf8')) as DatasetManifest;
  manifest.files['labels.jsonl'] = { sha256: sha256(text), bytes: Buffer.byteLength(text) };
  manifest.labelsHash = sha256(text);
  for (const { name, counts } of manifest.splits) {
    counts.labelled = kept.filter(({ id }) => id.startsWith(`${name}-`)).length;
  }
  writeFileSync(join(to, 'manifest.json'), JSON.stringify(manifest));
}
