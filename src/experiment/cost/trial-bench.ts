import { messageOf } from '../../base/errors.ts';
import type { ExperimentConfig } from '../../config/experiment.ts';
import type { Machine } from './machine.ts';
import { type MeasuredTrial, type Rates, trialIn } from './rates.ts';
import { runTrial, type Trial } from './trial.ts';
import { subjectKey, trialSubject } from './trial-subject.ts';

/** Where trials come from: rates of a machine that was measured before, or this machine when they are left out. */
export interface TrialOptions {
  readonly signal: AbortSignal;
  readonly rates?: Rates | undefined;
}

/** Gives trials, making each once. */
export class TrialBench {
  /** What was measured on this machine, and the machine; null: nothing was. */
  readonly measured: MeasuredTrial[] = [];
  machine: Machine | null = null;
  readonly #options: TrialOptions;
  readonly #known = new Map<string, Trial | string>();

  constructor(options: TrialOptions) {
    this.#options = options;
  }

  /** The trial of a posterior on features of that dimension, or why it failed: a plan is worth having without. */
  async trialOf(config: ExperimentConfig, dimension: number): Promise<Trial | string> {
    const subject = trialSubject(config, dimension);
    const key = `${subjectKey(subject)} ${config.worker.python}`;
    const known = this.#known.get(key);
    if (known !== undefined) return known;
    const { rates } = this.#options;
    const trial =
      rates === undefined ? await this.#measure(config, dimension).catch(messageOf) : trialIn(rates, subject);
    this.#known.set(key, trial);
    return trial;
  }

  async #measure(config: ExperimentConfig, dimension: number): Promise<Trial> {
    const { trial, machine } = await runTrial(config, dimension, this.#options.signal);
    this.machine = machine;
    this.measured.push({ ...trialSubject(config, dimension), ...trial });
    return trial;
  }
}
