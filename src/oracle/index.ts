import { join } from 'node:path';
import type { Labels } from '../data/labels.ts';
import { createCommandOracle } from './command-oracle.ts';
import { commandWords } from './command-words.ts';
import type { OracleConfig } from './config.ts';
import { createDatasetOracle } from './dataset-oracle.ts';
import { createFileOracle, type FileOracleOptions } from './file-oracle.ts';
import type { Oracle } from './oracle.ts';
import { simulateAnswer } from './simulate-answer.ts';

/** What an oracle may know of a run: the pool's items, their labels and places. */
export interface OracleSources {
  readonly indexOf: ReadonlyMap<string, number>;
  readonly labels: Labels;
  readonly seed: number;
  /** Directory for batches when the config names none. */
  readonly dir: string;
  readonly runId: string;
  readonly readTexts: FileOracleOptions['readTexts'];
  /** Where a program's stderr goes. */
  readonly logFile: string;
  /** Aborting ends a program that is being asked. */
  readonly signal: AbortSignal;
}

/** The oracle a configuration names; runs that share a directory have one of their own in it. */
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

/** Where the answers of a run are; null where the dataset answers, whose labels the ledger compares by their hash. */
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
