import { describe, expect, it } from 'vitest';
import { createPolicy } from '../../src/acquisition/create-policy.ts';

describe('createPolicy()', () => {
  it('makes a policy of the table with its default options', () => {
    expect(createPolicy('top-k').needs.measures).toEqual(['epistemic']);
  });

  it('refuses a name that is not in the table, naming those that are', () => {
    expect(() => createPolicy('top')).toThrow(/Cannot use policy 'top': .* random, top-k, .*batch-entropy.* is needed/);
  });

  it('refuses an option out of range or unknown, naming it', () => {
    expect(() => createPolicy('batch-entropy', { k: 0 })).toThrow(
      /^Cannot use policy 'batch-entropy': option 'k' is refused \(.*>=1\), options as its schema describes them are needed$/,
    );
    expect(() => createPolicy('random', { k: 1 })).toThrow(
      "Cannot use policy 'random': it has no option 'k', none is needed, as it has none",
    );
    expect(() => createPolicy('top-k', { measre: 1 })).toThrow(
      "it has no option 'measre', one of measure is needed (did you mean 'measure'?)",
    );
  });
});
