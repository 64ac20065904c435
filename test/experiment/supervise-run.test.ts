import { readdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { runExperiment } from '../../src/experiment/run-experiment.ts';
import type { RunEvent } from '../../src/ledger/events.ts';
import { renderLease } from '../../src/ledger/lock/lease-text.ts';
import { makeScratch } from '../support/balpm.ts';
import { writeTinyConfig } from '../support/tiny-config.ts';

const scratch = makeScratch();
afterAll(scratch.remove);
const config = writeTinyConfig(scratch.path);

test('a run that another process took over writes nothing more, and leaves the other alone', async () => {
  const root = join(scratch.path, 'runs', 'displaced');
  const lease = { nonce: 'n', bootId: 'b', pidNamespace: null, kernelLock: true, renewals: 1 };
  let events = '';
  const onEvent = ({ type }: RunEvent): void => {
    if (type !== 'batch.selected') return;
    writeFileSync(join(root, 'LOCK.new'), renderLease({ pid: 7, host: 'another', started: '1', lease }));
    renameSync(join(root, 'LOCK.new'), join(root, 'LOCK'));
    events = readFileSync(join(root, 'events.jsonl'), 'utf8');
  };
  const error = await runExperiment({ config, id: 'displaced', onEvent }).catch((thrown: unknown) => thrown);
  expect(error).toMatchObject({
    kind: 'environment',
    message: expect.stringContaining('process 7 on another took it over'),
  });
  expect(readFileSync(join(root, 'events.jsonl'), 'utf8')).toBe(events);
  expect(readdirSync(root).filter((name) => name.startsWith('events-lost-'))).toHaveLength(1);
  expect(readdirSync(root)).toContain('LOCK');
  expect(readdirSync(root)).not.toContain('FAILED');
});
