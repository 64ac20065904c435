import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { execa } from 'execa';
import { describe, expect, it } from 'vitest';
import { workerEcho } from '../../../src/protocol/operations/worker-echo.ts';
import { workerStats } from '../../../src/protocol/operations/worker-stats.ts';
import { failureOf, fakePython, isRunning, startTestWorker } from '../test-worker.ts';

const orchestrator = (mode: 'stay' | 'close') =>
  execa(process.execPath, ['--import', 'tsx', resolve('test/worker/fixtures/orchestrator.ts'), mode], {
    reject: false,
    timeout: 150_000,
  });

describe('a killed worker', () => {
  it('is noticed soon by every call, which names how it ended', async () => {
    const worker = await startTestWorker({ restarts: 0 });
    let killedAt = 0;
    const onProgress = (): void => {
      if (killedAt > 0) return;
      killedAt = performance.now();
      process.kill(worker.hello.pid, 'SIGKILL');
    };
    const running = worker.call(workerEcho, { text: 'x', holdMs: 600_000, fail: null }, {}, { onProgress });
    const waiting = [1, 2, 3].map(() => worker.call(workerStats, {}));
    const failures = await Promise.all([running, ...waiting].map(failureOf));
    expect(performance.now() - killedAt).toBeLessThan(5000);
    expect(failures[0]?.message).toBe(
      `Cannot finish 'worker.echo': the worker (pid ${worker.hello.pid}) was killed by SIGKILL, a running worker is needed; its log is '${worker.logFile}'`,
    );
    for (const failure of failures) {
      expect(failure).toMatchObject({ code: 'WORKER_LOST', kind: 'worker', details: { signal: 'SIGKILL' } });
    }
    await worker.close();
  });
});

describe('a worker that ends', () => {
  it('takes what it started along, though that holds its stderr', async () => {
    const python = fakePython('sleep 600 & echo "child $!" >&2; exec "$PYTHON" "$@"');
    const worker = await startTestWorker({ python });
    await expect.poll(() => readFileSync(worker.logFile, 'utf8')).toMatch(/child \d+/);
    const child = Number(/child (\d+)/.exec(readFileSync(worker.logFile, 'utf8'))?.[1]);
    expect(isRunning(child)).toBe(true);
    await worker.close();
    while (isRunning(child)) await setTimeout(10);
  });
});

describe('an orchestrator', () => {
  it('that is killed takes its worker along, which no other signal has ended', async () => {
    const running = orchestrator('stay');
    const pid = Number(String((await once(running.stdout, 'data'))[0]));
    for (const signal of ['SIGTERM', 'SIGHUP', 'SIGINT', 'SIGUSR2'] as const) {
      process.kill(pid, signal);
      await once(running.stdout, 'data'); // it goes on
    }
    expect(isRunning(pid)).toBe(true);
    running.kill('SIGKILL');
    await expect.poll(() => isRunning(pid), { interval: 10 }).toBe(false);
  });

  it('ends by itself after close(), with no timer to wait for', async () => {
    const { exitCode, stdout, stderr } = await orchestrator('close');
    const [pid, timers] = stdout.split('\n');
    expect(stderr).toBe('');
    expect(exitCode).toBe(0);
    expect(isRunning(Number(pid))).toBe(false);
    expect(timers).toBe('0');
  });
});
