import { hashOf } from '../base/text/canonical-json.ts';
import type { DatasetManifest } from './dataset-format.ts';

/** The hash a feature store belongs to: texts and items, not labels. */
export function datasetHash(files: DatasetManifest['files']): string {
  return hashOf({
    items: files['items.jsonl'].sha256,
    prompts: files['prompts.jsonl'].sha256,
    responses: files['responses.jsonl'].sha256,
  });
}
