import { join } from 'node:path';
import type { Labels } from '../data/labels.ts';
import { createCommandOracle } from './command-oracle.ts';
import { commandWords } from './command-words.ts';
import type { OracleConfig } from './config.ts';
import { createDatasetOracle } from './dataset-oracle.ts';
import { createFileOracle, type FileOracleOptions } from './file-oracle.ts';
import type { Oracle } from './oracle.ts';
import { simulateAnswer } from './simulate-answer.ts';

/** Inputs to an oracle: the pool's items and their labels, and paths of the run. */
export interface OracleSources {
  readonly indexOf: ReadonlyMap<string, number>;
  readonly labels: Labels;
  readonly seed: number;
  /** Directory for batches if the configuration names none. */
  readonly dir: string;
  readonly runId: string;
  readonly readTexts: FileOracleOptions['readTexts'];
  /** File for a program's stderr. */
  readonly logFile: string;
  /** Aborting ends a labelling program. */
  readonly signal: AbortSignal;
}

/** The oracle of a configuration; runs that share a directory each have a subdirectory. */
export function createOracle(config: OracleConfig, sources: OracleSources): Oracle {
  switch (config.type) {
    case 'dataset':
      return createDatasetOracle({
        ...sources,
        answerOf: (id, label) => simulateAnswer(config.answers, id, label, sources.seed),
      });
    case 'file':
      return createFileOracle({ dir: answersDirectory(config, sources) ?? sources.dir, readTexts: sources.readTexts });
    case 'command': {
      const { dir, logFile, readTexts, signal } = sources;
      const command = commandWords(config.command);
      return createCommandOracle({ command, timeoutSeconds: config.timeoutSeconds, dir, logFile, readTexts, signal });
    }
  }
}

/** Directory of a run's label files; null for labels of the dataset, which the ledger compares by their hash. */
export function answersDirectory(
  config: OracleConfig,
  { dir, runId }: Pick<OracleSources, 'dir' | 'runId'>,
): string | null {
  switch (config.type) {
    case 'dataset':
      return null;
    case 'file':
      return config.dir === null ? dir : join(config.dir, runId);
    case 'command':
      return dir;
  }
}
