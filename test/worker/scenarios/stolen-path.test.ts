import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { expect, test } from 'vitest';
import { changedPackage, failureOf, fakePython, newDirectory, startTestWorker } from '../test-worker.ts';

test('a worker refuses a socket that somebody put in the place of the one that was bound', async () => {
  const logFile = join(newDirectory(), 'worker.log');
  const python = fakePython(`exec "$PYTHON" '${resolve('test/worker/fixtures/steal-path.py')}' "$@"`);
  const failure = await failureOf(startTestWorker({ python, logFile }));
  expect(failure).toMatchObject({ code: 'START_FAILED', kind: 'environment', details: { exitCode: '78' } });
  expect(failure.message).toContain('the socket there is not the one that was bound');
  await expect
    .poll(() => readFileSync(logFile, 'utf8'))
    .toMatch(/Cannot connect to 'ipc:\/\/.*': the socket there is not the one that was bound/);
  expect(readFileSync(logFile, 'utf8')).not.toContain('the thief got');
});

test('an orchestrator refuses a worker behind which somebody took its path', async () => {
  const steal = `monitor = socket.get_monitor_socket(zmq.EVENT_HANDSHAKE_SUCCEEDED)
        socket.connect(self.endpoint)
        monitor.poll()
        socket.disable_monitor()
        monitor.close(0)
        path = self.endpoint.removeprefix("ipc://")
        os.remove(path)
        os.mknod(path, stat.S_IFSOCK | 0o600)`;
  const packageDir = changedPackage('server/links/link.py', (text) =>
    text.replace('socket.connect(self.endpoint)', steal),
  );
  const logFile = join(newDirectory(), 'worker.log');
  const failure = await failureOf(startTestWorker({ packageDir, logFile }));
  expect(failure).toMatchObject({ code: 'HANDSHAKE', kind: 'environment' });
  expect(failure.message).toMatch(/^Cannot use the worker: the socket at 'ipc:.*' is not the one that was bound/);
  await expect.poll(() => readFileSync(logFile, 'utf8')).toContain('is not the one that was bound');
});
