import { existsSync, readdirSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { findPolicy, POLICIES } from '../../src/acquisition/index.ts';

describe('POLICIES', () => {
  const directory = new URL('../../src/acquisition/policies/', import.meta.url);

  it('holds every file and folder of policies/ and nothing else', () => {
    const names = readdirSync(directory).map((file) => file.replace(/\.ts$/, ''));
    expect(POLICIES.map((policy) => policy.name).sort()).toEqual(names.sort());
  });

  it('finds the policy of a folder in the file of its name', () => {
    const folders = readdirSync(directory).filter((name) => !name.endsWith('.ts'));
    expect(folders.filter((name) => !existsSync(new URL(`${name}/${name}.ts`, directory)))).toEqual([]);
  });
});

describe('findPolicy()', () => {
  it('finds a policy by its name', () => {
    for (const policy of POLICIES) expect(findPolicy(policy.name)).toBe(policy);
  });
});
