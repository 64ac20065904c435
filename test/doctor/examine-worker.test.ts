import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { examineWorker } from '../../src/doctor/examine-worker.ts';

const folder = mkdtempSync(join(tmpdir(), 'balpm-doctor-test-'));
afterAll(() => rmSync(folder, { recursive: true }));

test('examineWorker() keeps the log that its finding names', async () => {
  const script = join(folder, 'broken-python');
  writeFileSync(script, '#!/bin/sh\necho no such package >&2\nexit 1\n', { mode: 0o755 });
  const [finding] = await examineWorker(script);
  expect(finding).toMatchObject({ what: 'worker', state: 'missing' });
  const log = /its log is '(.+)'/.exec(finding?.found ?? '')?.[1] as string;
  expect(readFileSync(log, 'utf8')).toContain('no such package');
  rmSync(dirname(log), { recursive: true });
});
