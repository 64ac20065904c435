import type { PolicyContext } from '../../../src/acquisition/policy.ts';
import { openStream } from '../../../src/random/stream.ts';

/** A context with the given parts; whatever a policy did not ask for is absent. */
export const policyContext = (
  parts: Partial<PolicyContext> & Required<{ [Part in 'pool' | 'promptOf']: PolicyContext[Part] }>,
): PolicyContext => ({
  round: 0,
  batch: 1,
  acquired: new Int32Array(0),
  measures: {},
  neighbours: null,
  samples: null,
  features: null,
  groups: null,
  stream: openStream(['test', 'policy']),
  note: () => {},
  ...parts,
});
