import { writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** Writes the configuration of a run of about a second: 4 rounds on a small synthetic world. Returns its path. */
export function writeTinyConfig(directory: string, extra = ''): string {
  const path = join(directory, 'tiny.yaml');
  writeFileSync(
    path,
    `name: tiny
rounds: 4
data:
  type: synthetic
  world:
    kind: clustered
    prompts: 60
    clusters: 6
    promptDimension: 8
    answerDimension: 8
    sizes: { train: 240, validation: 40, test: 60, ood: 40 }
acquisition: { policy: batch-entropy, initial: 16, batch: 8, batch-entropy: { k: 4 } }
posterior:
  type: deep-ensemble
  members: 3
  head: { layers: [16, 8], init: xavier_normal }
  training: { lr: 3e-3, epochs: 3, evalEvery: 5 }
output: { dir: ${JSON.stringify(join(directory, 'runs'))} }
${extra}`,
  );
  return path;
}
