import { afterEach, describe, expect, it, vi } from 'vitest';
import { slurmOrSkip } from './slurm-or-skip.ts';

afterEach(() => {
  vi.unstubAllEnvs();
  vi.restoreAllMocks();
});

describe('slurmOrSkip()', () => {
  it('says which programs are missing and that the suite is skipped', () => {
    vi.stubEnv('PATH', '/nowhere');
    vi.stubEnv('CI', '');
    const write = vi.spyOn(process.stderr, 'write').mockReturnValue(true);
    expect(slurmOrSkip()).toBe(false);
    expect(write.mock.calls[0]?.[0]).toMatch(
      /^skipped: Slurm is not installed \(no .*sbatch, scontrol, ps\); run `npm run setup/,
    );
  });

  it('fails in continuous integration instead', () => {
    vi.stubEnv('PATH', '/nowhere');
    vi.stubEnv('CI', 'true');
    expect(slurmOrSkip).toThrow(/^Cannot test on a real Slurm: Slurm is not installed/);
  });
});
