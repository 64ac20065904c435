import { once } from 'node:events';
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { execa } from 'execa';
import { describe, expect, it } from 'vitest';
import { sha256 } from '../../../src/base/text/canonical-json.ts';
import { workerEcho } from '../../../src/protocol/operations/worker-echo.ts';
import { workerStats } from '../../../src/protocol/operations/worker-stats.ts';
import { type CallOptions, startWorker, type WorkerClient, type WorkerOptions } from '../../../src/worker/client.ts';
import { int32Tensor } from '../../../src/worker/tensors/tensor.ts';
import { changedPackage, failureOf, fakePython, isRunning, newDirectory, startTestWorker } from '../test-worker.ts';

/** A worker whose echo can also hold the interpreter, ignore every cancel, or run out of memory. */
const packageDir = changedPackage('operations/worker_echo.py', () =>
  readFileSync('test/worker/fixtures/failing_echo.py', 'utf8'),
);

const echo = (text: string, holdMs = 0, fail: string | null = null) => ({ text, holdMs, fail });

/** A worker that starts again at once, and what it told. */
async function supervised(options: Partial<WorkerOptions> = {}) {
  const notes: string[] = [];
  const journalFile = join(newDirectory(), 'calls.jsonl');
  const onNote = (sentence: string): void => void notes.push(sentence);
  const worker = await startTestWorker({
    packageDir,
    restartDelayMs: 1,
    retryDelayMs: 1,
    journalFile,
    onNote,
    ...options,
  });
  const lives = () =>
    readFileSync(journalFile, 'utf8')
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line) as Entry);
  return { worker, notes, journalFile, lives, ofCall: (op: string) => lifeOf(lives(), op) };
}

interface Entry {
  readonly type: string;
  readonly call: string;
  readonly op?: string;
  readonly attempt?: number;
  readonly code?: string;
}

/** Types, attempts and codes of the journal's entries about the first call of an operation. */
function lifeOf(entries: readonly Entry[], op: string): string[] {
  const call = entries.find((entry) => entry.op === op)?.call;
  return entries
    .filter((entry) => entry.call === call)
    .map(({ type, attempt, code }) => `${type} ${attempt ?? ''} ${code ?? ''}`.trim().replace('  ', ' '));
}

/** Calls that kill their worker with `signal` when they first report. */
function killing(worker: WorkerClient, signal: NodeJS.Signals, times = 1): CallOptions {
  const killed = new Set<number>();
  return {
    onProgress: () => {
      const { pid } = worker.hello;
      if (killed.size >= times || killed.has(pid)) return;
      killed.add(pid);
      process.kill(pid, signal);
    },
  };
}

describe('a call whose worker is killed', () => {
  it('is answered by the next worker; what waited behind it too', async () => {
    const { worker, notes, ofCall } = await supervised();
    const first = worker.hello.pid;
    const running = worker.call(workerEcho, echo('again', 1500), {}, killing(worker, 'SIGKILL'));
    const behind = [1, 2, 3].map(() => worker.call(workerStats, {}));
    expect((await running).data.text).toBe('again');
    await Promise.all(behind);
    expect(worker.hello.pid).not.toBe(first);
    expect(isRunning(first)).toBe(false);
    expect(notes[0]).toContain(`the worker (pid ${first}) was killed by SIGKILL`);
    expect(notes[1]).toBe(`A new worker is ready (pid ${worker.hello.pid})`);
    expect(ofCall('worker.echo')).toEqual([
      'called',
      'sent 1',
      'accepted 1',
      'retrying 2',
      'sent 2',
      'accepted 2',
      'settled OK',
    ]);
    expect(ofCall('worker.stats')).toEqual(expect.arrayContaining(['retrying 1', 'settled OK']));
    await worker.close();
  });

  it('is POISON when it ends two workers, at once the next time, and others go on', async () => {
    const { worker } = await supervised();
    const key = sha256('poison');
    const ask = () => worker.call(workerEcho, echo('x', 600_000), {}, { ...killing(worker, 'SIGKILL', 9), key });
    const failure = await failureOf(ask());
    expect(failure).toMatchObject({ code: 'POISON', details: { signal: 'SIGKILL' } });
    expect(failure.message).toContain("Cannot run 'worker.echo': 2 workers ended while they ran it");
    const { pid } = worker.hello;
    expect((await failureOf(ask())).code).toBe('POISON');
    expect((await worker.call(workerEcho, echo('fine'))).data.text).toBe('fine');
    await worker.close();
    expect(isRunning(pid)).toBe(false);
  });

  it('fails with what was last seen once there were too many starts', async () => {
    const marker = join(newDirectory(), 'started');
    const python = fakePython(`[ -e ${marker} ] && exit 3; touch ${marker}; exec "$PYTHON" "$@"`);
    const { worker, lives } = await supervised({ python, restarts: 2 });
    const failure = await failureOf(worker.call(workerEcho, echo('x', 600_000), {}, killing(worker, 'SIGKILL')));
    expect(failure).toMatchObject({ code: 'START_FAILED', details: { exitCode: '3' } });
    expect((await failureOf(worker.call(workerStats, {}))).code).toBe('WORKER_LOST');
    expect(lives().filter(({ code }) => code === 'START_FAILED')).toHaveLength(1);
    await worker.close();
  });

  it('can be cancelled and ends at its deadline while no worker is there', async () => {
    const marker = join(newDirectory(), 'started');
    const python = fakePython(`[ -e ${marker} ] && exec sleep 600; touch ${marker}; exec "$PYTHON" "$@"`);
    const { worker } = await supervised({ python });
    process.kill(worker.hello.pid, 'SIGKILL');
    const abort = new AbortController();
    const cancelled = failureOf(worker.call(workerEcho, echo('x', 600_000), {}, { signal: abort.signal }));
    const late = await failureOf(worker.call(workerEcho, echo('x', 600_000), {}, { deadlineMs: 100 }));
    abort.abort();
    expect([late.code, (await cancelled).code]).toEqual(['DEADLINE', 'CANCELLED']);
    const waiting = failureOf(worker.call(workerStats, {}));
    await worker.close();
    expect((await waiting).code).toBe('UNAVAILABLE');
  });
});

describe('a listener that throws', () => {
  it('is not told of it, and nothing ends', async () => {
    const onNote = (): never => {
      throw new Error('a mistake of the listener');
    };
    const { worker } = await supervised({ onNote });
    const { data } = await worker.call(workerEcho, echo('again', 1500), {}, killing(worker, 'SIGKILL'));
    expect(data.text).toBe('again');
    await worker.close();
  });
});

describe('a request that ended a worker once', () => {
  it('is forgiven when it is answered', async () => {
    const { worker } = await supervised();
    const key = sha256('forgiven');
    for (const times of [1, 2]) {
      const options = { ...killing(worker, 'SIGKILL'), key, keep: false };
      expect((await worker.call(workerEcho, echo(`time ${times}`, 200), {}, options)).data.text).toBe(`time ${times}`);
    }
    await worker.close();
  });
});

describe('calls with one key', () => {
  it('are one piece of work however many there are', async () => {
    const { worker } = await supervised();
    const key = sha256('together');
    const ask = () => worker.call(workerEcho, echo('once', 300), {}, { key, keep: false });
    const answers = await Promise.all(Array.from({ length: 6 }, ask));
    expect(new Set(answers.map(({ wallMs }) => wallMs)).size).toBe(1);
    await worker.close();
  });
});

describe('a worker that a signal of the whole job reaches', () => {
  it.each(['SIGTERM', 'SIGINT', 'SIGHUP', 'SIGUSR1', 'SIGUSR2', 'SIGCONT'] as const)(
    'goes on after %s',
    async (signal) => {
      const { worker } = await supervised({ attempts: 1 });
      const { pid } = worker.hello;
      const { data } = await worker.call(workerEcho, echo('still here', 300), {}, killing(worker, signal));
      expect(data.text).toBe('still here');
      expect(worker.hello.pid).toBe(pid);
      await worker.close();
    },
  );
});

describe('a worker that is stopped', () => {
  const heartbeat = { intervalMs: 100, timeoutMs: 300 };

  it('is replaced when it does not come back', async () => {
    const { worker, notes } = await supervised({ heartbeat, reconnectMs: 300 });
    const { data } = await worker.call(workerEcho, echo('again', 1500), {}, killing(worker, 'SIGSTOP'));
    expect(data.text).toBe('again');
    expect(notes[0]).toContain('its connection was interrupted for 300 ms');
    await worker.close();
  });

  it('goes on when it does, and no answer is lost', async () => {
    const { worker } = await supervised({ heartbeat });
    const { pid } = worker.hello;
    const call = worker.call(workerEcho, echo('still here', 300), {}, killing(worker, 'SIGSTOP'));
    const continued = execa('sh', ['-c', `sleep 1; kill -CONT ${pid}`]);
    expect((await call).data.text).toBe('still here');
    await continued;
    expect(worker.hello.pid).toBe(pid);
    await worker.close();
  });
});

describe('a worker whose interpreter is held by a C call', () => {
  it('is ended after the call’s stall limit, with its stacks in the log', async () => {
    const { worker } = await supervised({ attempts: 1 });
    const failure = await failureOf(worker.call(workerEcho, echo('x', 0, 'hold'), {}, { stallMs: 1500 }));
    expect(failure).toMatchObject({ code: 'HUNG', kind: 'worker' });
    await expect.poll(() => readFileSync(worker.logFile, 'utf8')).toContain('worker_echo.py');
    expect((await worker.call(workerEcho, echo('fine'))).data.text).toBe('fine');
    await worker.close();
  });

  it('is left alone while this process itself is blocked for five seconds', async () => {
    const { worker, notes } = await supervised();
    const { pid } = worker.hello;
    let blocked = false;
    const onProgress = (): void => {
      if (!blocked) Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 5000);
      blocked = true;
    };
    const call = worker.call(workerEcho, echo('fine', 5500), {}, { stallMs: 3000, onProgress });
    expect((await call).data.text).toBe('fine');
    expect(worker.hello.pid).toBe(pid);
    expect(notes).toEqual([]);
    await worker.close();
  });
});

describe('a call that does not end when told to', () => {
  it('costs its worker, is CANCELLED, and the next call has a new one', async () => {
    const { worker, ofCall } = await supervised({ cancelGraceMs: 200 });
    const abort = new AbortController();
    const stuck = worker.call(
      workerEcho,
      echo('x', 20, 'ignore'),
      {},
      { signal: abort.signal, onProgress: () => abort.abort() },
    );
    const next = worker.call(workerEcho, echo('next'));
    expect((await failureOf(stuck)).code).toBe('CANCELLED');
    expect((await next).data.text).toBe('next');
    expect(ofCall('worker.echo')).toEqual([
      'called',
      'sent 1',
      'accepted 1',
      'cancelling 1 CANCELLED',
      'settled CANCELLED',
    ]);
    await worker.close();
  });

  it('is DEADLINE when it was its time that ran out', async () => {
    const { worker } = await supervised({ cancelGraceMs: 200 });
    const late = worker.call(workerEcho, echo('x', 0, 'ignore'), {}, { deadlineMs: 100 });
    expect((await failureOf(late)).code).toBe('DEADLINE');
    await worker.close();
  });
});

describe('a call whose memory runs out', () => {
  it('is tried once more with the advice to halve its batch', async () => {
    const { worker, ofCall } = await supervised();
    expect((await worker.call(workerEcho, echo('smaller', 0, 'memory'))).data.text).toBe('smaller');
    expect(ofCall('worker.echo')).toEqual(expect.arrayContaining(['retrying 2', 'settled OK']));
    await worker.close();
  });
});

describe('a request that is lost on the way', () => {
  const losing = (times: number) =>
    changedPackage('server/server.py', (text) =>
      text.replace(
        '    def _request(self, request: wire.Request, frames: list[memoryview]) -> None:\n',
        `    lost = 0

    def _request(self, request: wire.Request, frames: list[memoryview]) -> None:
        if request.op == "worker.stats" and self.lost < ${times}:
            self.lost += 1
            return
`,
      ),
    );

  it('is sent once more', async () => {
    const { worker, ofCall } = await supervised({ packageDir: losing(1), ackTimeoutMs: 100 });
    await worker.call(workerStats, {});
    expect(ofCall('worker.stats')).toEqual(['called', 'sent 1', 'resent 1', 'accepted 1', 'settled OK']);
    await worker.close();
  });

  it('then costs the worker', async () => {
    const { worker } = await supervised({ packageDir: losing(9), ackTimeoutMs: 100, restarts: 0 });
    const failure = await failureOf(worker.call(workerStats, {}));
    expect(failure.code).toBe('WORKER_LOST');
    expect(failure.message).toContain("it did not acknowledge 'worker.stats'");
    await worker.close();
  });
});

describe('an answer kept under a key', () => {
  const tensors = { values: int32Tensor(Int32Array.of(1, 2, 3)) };

  it('survives its worker and its orchestrator', async () => {
    const runDir = newDirectory();
    const { worker } = await supervised({ runDir });
    const ask = (client: WorkerClient) => client.call(workerEcho, echo('kept'), tensors, { key: 'content' });
    const first = await ask(worker);
    process.kill(worker.hello.pid, 'SIGKILL');
    expect(await ask(worker)).toEqual({ ...first, cached: true });
    await worker.close();
    const other = await startTestWorker({ runDir });
    expect(await ask(other)).toEqual({ ...first, cached: true });
    const different = await other.call(workerEcho, echo('other'), tensors, { key: 'content' });
    expect(different).toMatchObject({ cached: false, data: { text: 'other' } });
    await other.close();
  });

  it('is refused to another request, also after a restart', async () => {
    const runDir = newDirectory();
    const { worker } = await supervised({ runDir });
    const key = sha256('kept');
    await worker.call(workerEcho, echo('kept'), tensors, { key });
    process.kill(worker.hello.pid, 'SIGKILL');
    const other = { values: int32Tensor(Int32Array.of(1, 2, 4)) };
    expect((await failureOf(worker.call(workerEcho, echo('kept'), other, { key }))).code).toBe('KEY_CONFLICT');
    await worker.close();
  });

  it.each([
    ['result.json', (bytes: Buffer) => bytes.subarray(0, 20)],
    ['tensors.bin', (bytes: Buffer) => Buffer.from(bytes.map((byte, index) => (index === 5 ? byte ^ 1 : byte)))],
  ])('is made again when its %s is damaged', async (file, damage) => {
    const runDir = newDirectory();
    const { worker, notes } = await supervised({ runDir });
    const ask = () => worker.call(workerEcho, echo('kept'), tensors, { key: 'content' });
    await ask();
    const [kept] = readdirSync(join(runDir, 'results'));
    const path = join(runDir, 'results', String(kept), file);
    writeFileSync(path, damage(readFileSync(path)));
    process.kill(worker.hello.pid, 'SIGKILL');
    expect(await ask()).toMatchObject({ cached: false, tensors });
    expect(await ask()).toMatchObject({ cached: true, tensors });
    expect(notes).toHaveLength(2);
    await worker.close();
  });
});

describe('the journal', () => {
  it('ends the lives an orchestrator left open, and names them', async () => {
    const directory = newDirectory();
    const running = execa(
      process.execPath,
      ['--import', 'tsx', resolve('test/worker/fixtures/orchestrator.ts'), 'stay', directory],
      { reject: false },
    );
    await once(running.stdout, 'data');
    const journalFile = join(directory, 'calls.jsonl');
    while (!existsSync(journalFile) || !readFileSync(journalFile, 'utf8').includes('accepted'))
      await once(running.stdout, 'data');
    running.kill('SIGKILL');
    await running;
    writeFileSync(journalFile, '{"type":"cal', { flag: 'a' });
    const { worker } = await supervised({ journalFile });
    expect(worker.interrupted).toMatchObject([{ op: 'worker.echo', trace: { runId: 'r', round: 2, seed: 7 } }]);
    await worker.close();
    expect(readFileSync(journalFile, 'utf8')).toMatch(/\n\{"time":"[^"]+","type":"interrupted","call":"[^"]+"\}\n$/);
    const { worker: next } = await supervised({ journalFile });
    expect(next.interrupted).toEqual([]);
    await next.close();
  });
});

describe('startWorker()', () => {
  it('starts again when the process is killed from outside before it is ready', async () => {
    const marker = join(newDirectory(), 'started');
    const python = fakePython(`[ -e ${marker} ] || { touch ${marker}; kill -9 $$; }; exec "$PYTHON" "$@"`);
    const { worker, notes } = await supervised({ python });
    expect(notes[0]).toContain('was killed by SIGKILL');
    expect((await worker.call(workerEcho, echo('here'))).data.text).toBe('here');
    await worker.close();
  });

  it('is not tried again when the first start fails', async () => {
    const options = { packageDir: resolve('.'), device: 'cpu', threads: 1, logFile: join(newDirectory(), 'log') };
    const failure = await failureOf(startWorker({ ...options, python: fakePython('exit 3') }));
    expect(failure).toMatchObject({ code: 'START_FAILED', details: { exitCode: '3' } });
  });
});
