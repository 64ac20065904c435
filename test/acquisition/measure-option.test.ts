import { describe, expect, it } from 'vitest';
import { createPolicy } from '../../src/acquisition/create-policy.ts';
import { POLICIES } from '../../src/acquisition/index.ts';
import { measureOption } from '../../src/acquisition/measure-option.ts';

const ranking = POLICIES.filter(({ options }) => 'measure' in options.shape).map(({ name }) => name);

describe('measureOption', () => {
  it('is epistemic when left out', () => {
    expect(measureOption.parse(undefined)).toBe('epistemic');
  });

  it.each(['epistemic', 'predictive', 'aleatoric', 'variance', 'lru', 'external:price', 'external:a b:c'])(
    'lets every policy that has it rank by %s',
    (measure) => {
      for (const name of ranking) expect(createPolicy(name, { measure }).needs.measures).toEqual([measure]);
    },
  );

  it.each(['bald', 'external:', 'external', '', 3, null])('refuses %j, saying what there is', (measure) => {
    expect(() => createPolicy('top-k', { measure })).toThrow(
      "option 'measure' is refused (epistemic, predictive, aleatoric, variance, lru or external:COLUMN)",
    );
  });

  it('belongs to the policies that rank or draw by a measure', () => {
    expect(ranking).toEqual(
      expect.arrayContaining([
        'top-k',
        'sample',
        'softmax',
        'power',
        'soft-rank',
        'sample-then-rank',
        'clustered-rank',
      ]),
    );
  });
});
