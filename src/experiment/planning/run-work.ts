import type { ExperimentConfig } from '../../config/experiment.ts';
import { controlSize } from '../../loop/control/control-size.ts';
import { initialLabels } from '../../loop/label-schedule.ts';
import { trainingsOfRound } from '../../loop/model/trainings-of-round.ts';
import type { Problem } from '../../loop/problem/problem.ts';
import { posteriorOf } from '../../posterior/index.ts';
import { settled } from '../../posterior/settled.ts';

/** What is asked of a posterior, at most: training never stops early, and no answer is judged twice in a round. */
interface Work {
  /** Optimiser steps; all heads step together. */
  readonly steps: number;
  /** Answers whose rewards are computed, in predictions and in the validations of training. */
  readonly answers: number;
}

/** The work of all rounds of a run, and of the last one, which has the most. */
export interface RunWork extends Work {
  readonly lastRound: Work;
}

/** Counts the work of a run whose rounds train on so many labels each, on one feature store. */
export function runWork(config: ExperimentConfig, problem: Problem, schedule: readonly number[]): RunWork {
  const { batch, evalEvery, ...training } = settled(config.posterior).training;
  const epochs = posteriorOf(config.posterior.type).costGrowsWith === 'labels' ? 1 : training.epochs;
  const predicted = [problem.pool, ...problem.evaluated].reduce((sum, { pairs }) => sum + distinct(pairs), 0);
  const validated = distinct(problem.validation.rows);
  const fit = (labels: number, round: number): Work => {
    const steps = Math.ceil(Math.ceil(labels / batch) * epochs * trainingsOfRound(config, round));
    return { steps, answers: predicted + (Math.ceil(steps / evalEvery) + epochs) * validated };
  };
  const rounds = schedule.map((labels, round): Work => {
    const fits = [labels, ...controlLabels(config, problem, round)].map((count) => fit(count, round));
    return { steps: total(fits.map(({ steps }) => steps)), answers: total(fits.map(({ answers }) => answers)) };
  });
  return {
    steps: total(rounds.map(({ steps }) => steps)),
    answers: total(rounds.map(({ answers }) => answers)),
    lastRound: rounds.at(-1) as Work,
  };
}

/** Labels of the two fits that control items are compared by, once there are any. */
function controlLabels({ acquisition }: ExperimentConfig, { pool }: Problem, round: number): number[] {
  const size = controlSize(acquisition.control, acquisition.batch);
  const labels = initialLabels(acquisition.initial, pool.ids.length) + round * size;
  return size === 0 || round === 0 ? [] : [labels, labels];
}

const distinct = (rows: Int32Array): number => new Set(rows).size;

const total = (counts: readonly number[]): number => counts.reduce((sum, count) => sum + count, 0);
