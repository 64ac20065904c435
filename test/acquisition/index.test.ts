import { readdirSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { findPolicy, POLICIES } from '../../src/acquisition/index.ts';

describe('POLICIES', () => {
  it('holds every file of policies/ and nothing else', () => {
    const files = readdirSync(new URL('../../src/acquisition/policies', import.meta.url));
    expect(POLICIES.map((policy) => `${policy.name}.ts`).sort()).toEqual(files.sort());
  });
});

describe('findPolicy()', () => {
  it('finds a policy by its name', () => {
    for (const policy of POLICIES) expect(findPolicy(policy.name)).toBe(policy);
  });
});
