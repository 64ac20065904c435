import { findPolicy } from '../acquisition/index.ts';
import { canonicalJson } from '../base/text/canonical-json.ts';
import type { PosteriorConfig } from '../posterior/config.ts';
import { posteriorOf } from '../posterior/index.ts';
import { noiseOf } from '../posterior/noise/index.ts';
import { noiseTypeOf } from '../posterior/noise/noise-type-of.ts';
import { armName, policyOptions } from './arm.ts';
import type { ExperimentConfig } from './experiment.ts';

/** What decides a run's results, data aside: everything but names, places and the options of other policies. */
export function experimentIdentity(config: ExperimentConfig): Readonly<Record<string, unknown>> {
  const { policy, initial, batch, control } = config.acquisition;
  return {
    ...sharedIdentity(config),
    seed: config.seed,
    acquisition: {
      policy,
      name: armName(config),
      initial,
      batch,
      ...(control > 0 && { control }), // without one, the only case there once was, it stays unsaid
      options: decidingOptions(config),
    },
  };
}

/** What two runs must share to be compared: the identity without policy and seed. */
export function sharedIdentity(config: ExperimentConfig): Readonly<Record<string, unknown>> {
  const { rounds, splits, validation, posterior, oracle, worker, acquisition, labels } = config;
  return {
    rounds,
    splits,
    ...(posteriorOf(posterior.type).learnsFrom.validation && { validation: validationIdentity(validation) }),
    posterior: posteriorIdentity(posterior),
    oracle: oracle.type,
    ...(oracle.type === 'dataset' && oracle.answers !== 'soft' && { answers: oracle.answers }),
    ...((labels.ties !== 'half' || labels.weighting !== 'none') && { labels }),
    worker: { device: worker.device, threads: worker.threads },
    acquisition: { initial: acquisition.initial, batch: acquisition.batch },
  };
}

/** The policy's options; those that came later count once they are used, so that older runs keep their identity. */
function decidingOptions(config: ExperimentConfig): Readonly<Record<string, unknown>> {
  const { options, laterOptions = [] } = findPolicy(config.acquisition.policy);
  const defaults: Readonly<Record<string, unknown>> = options.parse({});
  const isUnused = ([name, value]: [string, unknown]): boolean =>
    laterOptions.includes(name) && canonicalJson(value) === canonicalJson(defaults[name]);
  return Object.fromEntries(Object.entries(policyOptions(config)).filter((option) => !isUnused(option)));
}

/** Validation by a split alone, the only one there once was, leaves `folds` unsaid. */
function validationIdentity({ folds, ...rest }: ExperimentConfig['validation']): object {
  return folds === null ? rest : { ...rest, folds };
}

/** What the kind in use says decides its results; options of other kinds change nothing. */
function posteriorIdentity(config: PosteriorConfig): object {
  const { type, head, training } = config;
  const definition = posteriorOf(type);
  const noise = noiseIdentity(config);
  if (definition.identity !== undefined) return { type, ...noise, ...definition.identity(config) };
  const own = Object.entries(config).filter(([key]) => key in definition.options);
  return { type, ...noise, ...Object.fromEntries(own), head, training };
}

/** Plain noise, the only one there once was, stays unsaid. */
function noiseIdentity(config: PosteriorConfig): object {
  const type = noiseTypeOf(config);
  if (noiseOf(type).isPlain) return {};
  const isRead = (key: string): boolean => key !== 'folds' || posteriorOf(config.type).noiseChosenBy === 'validation';
  const own = Object.entries(config.noise).filter(([key]) => key in noiseOf(type).options && isRead(key));
  return { noise: { type, ...Object.fromEntries(own) } };
}
