import type { z } from 'zod';
import { type Label, labelOf, probabilityOf } from '../data/label.ts';
import { openStream } from '../random/stream.ts';
import type { AnswerMode } from './config.ts';

/**
 * The label that the dataset gives for an item: its label; the likelier side (a tie stays one); or a side drawn with the
 * label's probability, by seed and item alone, so that every policy gets the same label. The weight is the label's.
 */
export function simulateAnswer(mode: z.infer<typeof AnswerMode>, id: string, label: Label, seed: number): Label {
  switch (mode) {
    case 'soft':
      return label;
    case 'hard':
      return labelOf(probabilityOf({ preferred: label.preferred }), label.weight);
    case 'drawn': {
      const isA = openStream([seed, 'answer', id]).uniform() < probabilityOf(label);
      return labelOf(isA ? 1 : 0, label.weight);
    }
  }
}
