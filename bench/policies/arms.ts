/** One arm of the table: a posterior and a policy with its options, as overrides of a configuration. */
export interface BenchArm {
  readonly posterior: string;
  readonly name: string;
  readonly overrides: readonly string[];
}

const arm = (posterior: string, name: string, policy: string, ...options: readonly string[]): BenchArm => ({
  posterior,
  name,
  overrides: [
    `posterior.type=${posterior}`,
    `acquisition.policy=${policy}`,
    `acquisition.name=${name}`,
    ...options.map((option) => `acquisition.${policy}.${option}`),
  ],
});

const ENSEMBLE = 'deep-ensemble';
/** Named by the policy alone, with its default options. */
const byDefault = (policy: string): BenchArm => arm(ENSEMBLE, policy, policy);
/** β against the spread of U over the pool, so that one value serves both data sets. */
const SPREAD = ['betaScale=spread', 'beta=1'];
/** Constants for uncertainties of about 1e-2, two orders above the paper's: the published 10,000 there is 100 here. */
const SOFTMAX = 'beta=100';

/** Every policy on the deep ensemble. */
export const POLICY_ARMS: readonly BenchArm[] = [
  byDefault('random'),
  byDefault('top-k'),
  ...['predictive', 'aleatoric', 'variance'].map((measure) =>
    arm(ENSEMBLE, `top-k-${measure}`, 'top-k', `measure=${measure}`),
  ),
  byDefault('batch-entropy'),
  arm(ENSEMBLE, 'batch-entropy-spread', 'batch-entropy', ...SPREAD),
  arm(ENSEMBLE, 'batch-entropy-reference', 'batch-entropy', 'preset=reference'),
  byDefault('batch-entropy-kl'),
  byDefault('entropy-only'),
  byDefault('entropy-minimiser'),
  byDefault('state-entropy'),
  byDefault('sample'),
  arm(ENSEMBLE, 'softmax', 'softmax', SOFTMAX),
  byDefault('power'),
  byDefault('soft-rank'),
  byDefault('sample-then-rank'),
  byDefault('clustered-rank'),
  ...['near-tie', 'batch-bald', 'epig', 'k-center', 'd-optimal', 'badge', 'typiclust', 'probcover'].map(byDefault),
];

/** The other posteriors, each with the policies that tell what its uncertainty is worth. */
export const POSTERIOR_ARMS: readonly BenchArm[] = ['mc-dropout', 'variational', 'laplace', 'lru'].flatMap(
  (posterior) => {
    const measure = posterior === 'lru' ? ['measure=lru'] : [];
    return [
      arm(posterior, 'random', 'random'),
      arm(posterior, 'top-k', 'top-k', ...measure),
      arm(posterior, 'batch-entropy', 'batch-entropy', ...measure),
    ];
  },
);

/** BAL-PM over β, absolute and against the spread of U; random to compare with. */
export const BETA_ARMS: readonly BenchArm[] = [
  byDefault('random'),
  ...[0.001, 0.01, 0.03, 0.1, 0.3, 1].map((beta) => arm(ENSEMBLE, `beta-${beta}`, 'batch-entropy', `beta=${beta}`)),
  ...[0.3, 1, 3].map((beta) => arm(ENSEMBLE, `spread-${beta}`, 'batch-entropy', 'betaScale=spread', `beta=${beta}`)),
];
