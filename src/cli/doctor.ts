import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import { styleText } from 'node:util';
import type { Command } from 'commander';
import { z } from 'zod';
import { messageOf } from '../base/errors.ts';
import { PACKAGE_ROOT, VERSION } from '../base/package-info.ts';
import { workerStats } from '../protocol/operations/worker-stats.ts';
import { invokePython } from '../python/fence.ts';
import { resolvePython } from '../python/interpreter.ts';
import { startWorker } from '../worker/client.ts';
import type { CommandIo } from './command.ts';

/** One line of the examination. */
interface Finding {
  readonly what: string;
  readonly state: 'fine' | 'warning' | 'missing';
  readonly found: string;
  readonly advice: string;
}

const Probe = z.object({
  executable: z.string(),
  python: z.string(),
  packages: z.record(z.string(), z.string().nullable()),
});
const ENVIRONMENT_STATUS = 3;
const SIGNS = {
  fine: styleText('green', '✓'),
  warning: styleText('yellow', '!'),
  missing: styleText('red', '✗'),
} as const;

/** `balpm doctor` */
export function register(command: Command, io: CommandIo): void {
  command
    .option('--python <path>', 'interpreter to examine')
    .option('--json', 'print one JSON document')
    .action(async (options: { python?: string; json?: boolean }) => {
      const python = resolvePython(options.python);
      const findings = [examineNode(), ...(await examinePython(python)), ...(await examineWorker(python))];
      if (options.json) io.printDocument({ balpm: VERSION, findings });
      else for (const finding of findings) io.print(renderFinding(finding));
      if (findings.some(({ state }) => state === 'missing')) io.exitWith(ENVIRONMENT_STATUS);
    });
}

function examineNode(): Finding {
  return {
    what: 'node',
    state: 'fine',
    found: `${process.versions.node}, ${availableParallelism()} processors`,
    advice: '',
  };
}

/** Interpreter and packages against the pinned requirements. */
async function examinePython(python: string): Promise<Finding[]> {
  const pins = readPins();
  try {
    const probe = await invokePython(python, { name: 'probe', payload: { packages: [...pins.keys()] }, answer: Probe });
    const packages = [...pins].map(([name, pin]) => examinePackage(name, pin, probe.packages[name] ?? null));
    return [{ what: 'python', state: 'fine', found: `${probe.python}  ${probe.executable}`, advice: '' }, ...packages];
  } catch (error) {
    return [{ what: 'python', state: 'missing', found: messageOf(error), advice: 'npm run setup' }];
  }
}

function examinePackage(what: string, pin: string, found: string | null): Finding {
  if (found === null)
    return { what, state: 'missing', found: 'not installed', advice: `npm run setup (${what} ${pin})` };
  const matches = found.split('+')[0] === pin;
  return { what, state: matches ? 'fine' : 'warning', found, advice: matches ? '' : `${pin} is pinned` };
}

function readPins(): Map<string, string> {
  const text = readFileSync(join(PACKAGE_ROOT, 'python_worker', 'requirements.txt'), 'utf8');
  return new Map(
    [...text.matchAll(/^([A-Za-z0-9_.-]+)==([^\s;]+)/gm)].map(([, name, version]) => [
      name as string,
      version as string,
    ]),
  );
}

/** Starts the worker for real and asks it one question. */
async function examineWorker(python: string): Promise<Finding[]> {
  const directory = mkdtempSync(join(tmpdir(), 'balpm-doctor-'));
  const begun = performance.now();
  try {
    const worker = await startWorker({
      python,
      packageDir: PACKAGE_ROOT,
      device: 'auto',
      threads: 1,
      logFile: join(directory, 'worker.log'),
    });
    const { data } = await worker.call(workerStats, {});
    await worker.close();
    const seconds = ((performance.now() - begun) / 1000).toFixed(2);
    const operations = Object.keys(worker.hello.ops).length;
    const gpu: Finding =
      data.device === 'cpu'
        ? {
            what: 'gpu',
            state: 'warning',
            found: 'none found; runs use the CPU',
            advice: 'worker.device=cpu to silence',
          }
        : {
            what: 'gpu',
            state: 'fine',
            found: worker.hello.gpus.map(({ name }) => name).join(', ') || data.device,
            advice: '',
          };
    return [
      { what: 'worker', state: 'fine', found: `answered in ${seconds} s, ${operations} operations`, advice: '' },
      gpu,
    ];
  } catch (error) {
    return [{ what: 'worker', state: 'missing', found: messageOf(error), advice: 'npm run setup' }];
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}

function renderFinding({ what, state, found, advice }: Finding): string {
  return `  ${SIGNS[state]} ${what.padEnd(14)} ${found}${advice ? `   → ${advice}` : ''}`;
}
