// Waits for a worker as an orchestrator on another host would, starts that worker by its command line, asks it, ends.
// Here both are this machine; with HOST one of its addresses, and the file on a disk both see, the worker may be elsewhere.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { operations, startWorker } from 'balpm';

const [host = '127.0.0.1'] = process.argv.slice(2);
const root = fileURLToPath(new URL('..', import.meta.url));
const directory = mkdtempSync(join(tmpdir(), 'balpm-remote-'));
const say = (line) => process.stdout.write(`${line}\n`);

let command;
const worker = await startWorker({
  python: 'python3', // only for workers that are started here
  packageDir: root,
  device: 'cpu',
  threads: 1,
  logFile: join(directory, 'worker.log'),
  startTimeoutMs: 60_000,
  listen: {
    host,
    connectionFile: join(directory, 'private', 'connection.json'),
    onListening: ({ connectionFile }) => {
      say('$ balpm worker start --connect FILE');
      const words = [join(root, 'dist/main.js'), 'worker', 'start', '--connect', connectionFile];
      command = spawn(process.execPath, words, { stdio: ['ignore', 'inherit', 'ignore'] });
    },
  },
});
const { data } = await worker.call(operations.workerStats, {});
say(`the worker (torch ${worker.hello.versions.torch}) computes on ${data.device} with ${data.threads} thread`);
const ended = once(command, 'exit');
await worker.close();
const [status] = await ended;
say(`the worker's command ended with status ${status}`);
rmSync(directory, { recursive: true });
