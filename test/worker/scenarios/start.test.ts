import { readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, vi } from 'vitest';
import { SCHEMA_SHA } from '../../../src/protocol/schema/schema-sha.ts';
import { changedPackage, failureOf, fakePython, newDirectory, startTestWorker } from '../test-worker.ts';

const otherSha = '0'.repeat(64);

describe('startWorker()', () => {
  it('tells versions, operations and pid', async () => {
    const worker = await startTestWorker();
    expect(worker.hello).toMatchObject({ schemaSha: SCHEMA_SHA, capacity: 1, ops: { 'worker.stats': 1 } });
    expect(worker.hello.versions.torch).toMatch(/^\d+\.\d+/);
    await worker.close();
  });

  it('refuses a worker of another schema and names both', async () => {
    const packageDir = changedPackage('protocol/constants.py', (text) => text.replace(SCHEMA_SHA, otherSha));
    const failure = await failureOf(startTestWorker({ packageDir }));
    expect(failure).toMatchObject({ code: 'HANDSHAKE', kind: 'environment' });
    expect(failure.message).toContain(SCHEMA_SHA);
    expect(failure.message).toContain(otherSha);
  });

  it('refuses a worker whose hello has another form', async () => {
    const packageDir = changedPackage('protocol/messages.py', (text) => text.replace('"slurmJobId"', '"slurmJob"'));
    const failure = await failureOf(startTestWorker({ packageDir }));
    expect(failure).toMatchObject({ code: 'HANDSHAKE', kind: 'environment' });
    expect(failure.message).toContain('slurmJob');
  });

  it('refuses another version of torch than the package pins', async () => {
    const packageDir = changedPackage('requirements.txt', () => 'numpy==1\ntorch==0.4.1 ; python_version > "3"\n');
    const failure = await failureOf(startTestWorker({ packageDir }));
    expect(failure).toMatchObject({ code: 'START_FAILED', kind: 'environment' });
    expect(failure.message).toContain('torch 0.4.1 is needed');
  });

  it('refuses a worker with a foreign token', async () => {
    const packageDir = changedPackage('server/server.py', (text) => text.replace('self._boot.token', '"00"'));
    const failure = await failureOf(startTestWorker({ packageDir }));
    expect(failure).toMatchObject({ code: 'START_FAILED', details: { exitCode: '78' } });
    expect(failure.message).toContain('its token is another one');
  });

  it('names a Python that is missing', async () => {
    const failure = await failureOf(startTestWorker({ python: '/no/such/python' }));
    expect(failure).toMatchObject({ code: 'START_FAILED', kind: 'environment' });
    expect(failure.message).toContain("with Python '/no/such/python'");
  });

  it('quotes the last words of a Python without the packages', async () => {
    const failure = await failureOf(startTestWorker({ python: fakePython('exec "$PYTHON" -S "$@"') }));
    expect(failure).toMatchObject({ code: 'START_FAILED', kind: 'environment', details: { exitCode: '1' } });
    expect(failure.message).toContain('ModuleNotFoundError');
  });

  it('gives up on a worker that does not introduce itself in time', async () => {
    const failure = await failureOf(startTestWorker({ python: fakePython('exec sleep 600'), startTimeoutMs: 50 }));
    expect(failure.code).toBe('START_TIMEOUT');
  });

  it('stops when aborted', async () => {
    const abort = new AbortController();
    const start = failureOf(startTestWorker({ python: fakePython('exec sleep 600'), signal: abort.signal }));
    abort.abort();
    expect((await start).code).toBe('CANCELLED');
    expect((await failureOf(startTestWorker({ signal: abort.signal }))).code).toBe('CANCELLED');
  });

  it('names a log file that cannot be written', async () => {
    const directory = newDirectory();
    writeFileSync(join(directory, 'file'), '');
    await expect(startTestWorker({ logFile: join(directory, 'file', 'worker.log') })).rejects.toMatchObject({
      kind: 'environment',
    });
  });

  it('leaves no socket directory behind', async () => {
    const runtime = newDirectory();
    vi.stubEnv('XDG_RUNTIME_DIR', runtime);
    const worker = await startTestWorker();
    expect(readdirSync(runtime)).toHaveLength(1);
    await worker.close();
    await failureOf(startTestWorker({ python: '/no/such/python' }));
    expect(readdirSync(runtime)).toEqual([]);
    vi.unstubAllEnvs();
  });
});
