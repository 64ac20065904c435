import type { ExperimentConfig } from '../config/experiment.ts';
import type { Problem } from './problem.ts';

/** What a run asks of its posterior, at most: training never stops early, and no answer is judged twice in a round. */
export interface RunWork {
  /** Optimiser steps of all rounds; all heads step together. */
  readonly steps: number;
  /** Answers whose rewards are computed, over all rounds, in predictions and in the validations of training. */
  readonly answers: number;
}

/** Counts the work of a run whose rounds train on so many labels each, on one feature store. */
export function runWork(config: ExperimentConfig, problem: Problem, schedule: readonly number[]): RunWork {
  const { batch, epochs, evalEvery } = config.posterior.training;
  const steps = schedule.map((labels) => Math.ceil(labels / batch) * epochs);
  const validations = steps.map((count) => Math.ceil(count / evalEvery) + epochs);
  const eachRound = [problem.pool, ...problem.evaluated].reduce((sum, { pairs }) => sum + distinct(pairs), 0);
  return {
    steps: total(steps),
    answers: schedule.length * eachRound + total(validations) * distinct(problem.validation),
  };
}

const distinct = (rows: Int32Array): number => new Set(rows).size;

const total = (counts: readonly number[]): number => counts.reduce((sum, count) => sum + count, 0);
