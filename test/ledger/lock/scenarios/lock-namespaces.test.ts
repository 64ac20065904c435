import { readdirSync, readFileSync } from 'node:fs';
import { afterAll, expect, test } from 'vitest';
import { takeLock } from '../../../../src/ledger/lock/lock.ts';
import { makeScratch } from '../../../support/balpm.ts';
import { prepareHeldRun, startOwner } from '../../../support/held-run.ts';
import { canMakeNamespaces, NAMESPACES } from '../../../support/namespaces.ts';

const scratch = makeScratch();
afterAll(scratch.remove);

/** Every pair of namespaces, by the command line: `bench/attacks/locks-across-namespaces.ts`. */
test.skipIf(!canMakeNamespaces())(
  'an owner in another container is never displaced while it lives, stopped or not, and at once when it was killed',
  async () => {
    const run = prepareHeldRun(scratch.path);
    const owner = await startOwner(run, NAMESPACES.container);
    const before = readFileSync(run.events);
    await expect(takeLock(run.lock, { takeOver: true })).rejects.toThrow(/process 1 on .* holds it/);
    owner.signal('SIGSTOP');
    const refused = await run.call(['resume', run.root, '--take-over'], NAMESPACES.processes);
    expect(refused).toMatchObject({ status: 2, stderr: expect.stringMatching(/process 1 on .* holds it/) });
    expect(readFileSync(run.events)).toEqual(before);
    owner.signal('SIGKILL');
    run.letGo('fail'); // its program ends, too
    await owner.ended;
    const lock = await takeLock(run.lock, { renewMs: 1e6 });
    await lock.release();
    expect(readdirSync(run.root).filter((name) => name.startsWith('LOCK'))).toEqual([]);
  },
);
