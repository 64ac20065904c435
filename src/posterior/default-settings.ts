import { type HeadSettings, PAPER_SETTINGS } from './head-settings.ts';

/** What settings are chosen by. */
export interface FeaturesAndLabels {
  /** Dimension of the response features; the largest where members have stores of their own. */
  readonly dimension: number;
  /** Labels the last round is trained on. */
  readonly labels: number;
}

/** Sentence embeddings have at most so many dimensions, hidden states of language models more. */
const WIDEST_EMBEDDING = 1024;
/** From so many labels on the paper's rate has the thousands of steps that it needs. */
const LABELS_OF_PAPER = 10_000;

const { head, training } = PAPER_SETTINGS;

/** As configs/examples/minilm.yaml: chosen by validation log-likelihood for 40 to 800 labels at 384 dimensions. */
const OF_EMBEDDINGS: HeadSettings = {
  head: { ...head, layers: [128, 32], init: 'xavier_normal' },
  training: { ...training, lr: 5e-3, epochs: 12, evalEvery: 4 },
};

/** The paper's head with a rate for hundreds of steps (docs/explanation/posterior.md). */
const OF_FEW_LABELS: HeadSettings = { head, training: { ...training, lr: 5e-4, epochs: 8, evalEvery: 10 } };

/** Head and training where the configuration gives none, in one place: docs/explanation/posterior.md says what they rest on. */
export function defaultSettings({ dimension, labels }: FeaturesAndLabels): HeadSettings {
  if (dimension <= WIDEST_EMBEDDING) return OF_EMBEDDINGS;
  return labels < LABELS_OF_PAPER ? OF_FEW_LABELS : PAPER_SETTINGS;
}
