import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { LabelLine } from '../../src/data/dataset-format.ts';
import { labelOf } from '../../src/data/label.ts';
import { editLabels } from './edit-labels.ts';

interface Truth {
  readonly id: string;
  readonly reward_a: number;
  readonly reward_b: number;
}

/**
 * Writes a copy of a synthetic world whose labels are σ(2 · (r_a − r_b)) in tenths, so that some are ties and some sure;
 * every fourth one weighs 2. `change` has the last word on a label; null leaves the item without one.
 */
export function softenLabels(
  world: string,
  to: string,
  change: (label: LabelLine) => LabelLine | null = (label) => label,
): void {
  const truth = new Map(
    readFileSync(join(world, 'truth.jsonl'), 'utf8')
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line) as Truth)
      .map(({ id, reward_a, reward_b }) => [id, Math.round(10 / (1 + Math.exp(-2 * (reward_a - reward_b)))) / 10]),
  );
  editLabels(world, to, ({ id }) =>
    change({ id, ...labelOf(truth.get(id) as number, Number(id.split('-')[1]) % 4 === 0 ? 2 : 1) }),
  );
}
