import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Keeps what balpm remembers of its user out of the home of who runs the tests. */
export function setup(): () => void {
  const directory = mkdtempSync(join(tmpdir(), 'balpm-test-state-'));
  process.env['XDG_STATE_HOME'] = directory;
  return () => rmSync(directory, { recursive: true, force: true });
}
