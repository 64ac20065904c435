import { describe, expect, it } from 'vitest';
import { pinnedVersion } from '../../../src/worker/links/handshake.ts';
import { changedPackage } from '../test-worker.ts';

describe('pinnedVersion()', () => {
  it('reads the version without its local part and marker', () => {
    const lines = '# torch==1\nnumpy==2.4.6\ntorchaudio==9\ntorch == 2.13.0+cpu ; python_version > "3"\n';
    const directory = changedPackage('requirements.txt', () => lines);
    expect(pinnedVersion(directory, 'torch')).toBe('2.13.0');
    expect(pinnedVersion(directory, 'numpy')).toBe('2.4.6');
    expect(pinnedVersion(directory, 'scipy')).toBeUndefined();
  });

  it('names a list that is missing', () => {
    expect(() => pinnedVersion('/no/such', 'torch')).toThrow(/python_worker\/requirements.txt': there is no such file/);
  });
});
