import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { commandHere } from '../base/command-here.ts';
import { messageOf } from '../base/errors.ts';
import { keepTemporaryDirectory, makeTemporaryDirectory } from '../base/files/temporary-directory.ts';
import { PACKAGE_ROOT } from '../base/package-info.ts';
import { workerStats } from '../protocol/operations/worker-stats.ts';
import { startWorker, type WorkerClient } from '../worker/client.ts';
import type { Finding } from './finding.ts';

/** Starts the worker for real and asks it one question. */
export async function examineWorker(python: string): Promise<Finding[]> {
  const directory = makeTemporaryDirectory('doctor');
  const logFile = join(directory, 'worker.log');
  const begun = performance.now();
  let keepLog = false;
  try {
    const worker = await startWorker({
      python,
      packageDir: PACKAGE_ROOT,
      device: 'auto',
      threads: 1,
      logFile,
      restarts: 0,
    });
    const device = await askDevice(worker);
    const seconds = ((performance.now() - begun) / 1000).toFixed(2);
    const operations = Object.keys(worker.hello.ops).length;
    const found = `answered in ${seconds} s, ${operations} operations`;
    return [{ what: 'worker', state: 'fine', found, advice: '' }, examineGpu(worker, device)];
  } catch (error) {
    const found = messageOf(error);
    keepLog = found.includes(logFile);
    return [{ what: 'worker', state: 'missing', found, advice: commandHere('setup') }];
  } finally {
    if (keepLog) keepTemporaryDirectory(directory);
    else rmSync(directory, { recursive: true, force: true });
  }
}

async function askDevice(worker: WorkerClient): Promise<string> {
  try {
    return (await worker.call(workerStats, {})).data.device;
  } finally {
    await worker.close();
  }
}

function examineGpu({ hello }: WorkerClient, device: string): Finding {
  if (device === 'cpu') {
    return {
      what: 'gpu',
      state: 'warning',
      found: 'none found; runs use the CPU',
      advice: 'worker.device=cpu to silence',
    };
  }
  const found = hello.gpus.map(({ name }) => name).join(', ') || device;
  return { what: 'gpu', state: 'fine', found, advice: '' };
}
