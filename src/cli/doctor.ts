import type { Command } from 'commander';
import { EXIT_STATUS } from '../base/errors.ts';
import { VERSION } from '../base/package-info.ts';
import { examineDirectory } from '../doctor/examine-directory.ts';
import { examineNode } from '../doctor/examine-node.ts';
import { examinePython } from '../doctor/examine-python.ts';
import { examineWorker } from '../doctor/examine-worker.ts';
import type { Finding } from '../doctor/finding.ts';
import { resolvePython } from '../worker/links/local/interpreter.ts';
import type { CommandIo } from './command.ts';
import { withExamples } from './options/with-examples.ts';
import { printFindings } from './terminal/print-findings.ts';

interface Options {
  readonly python?: string;
  readonly dir: string;
  readonly json?: boolean;
}

/** `balpm doctor` */
export function register(command: Command, io: CommandIo): void {
  withExamples(command, ['balpm doctor', 'balpm doctor --python .venv/bin/python --json']);
  command
    .option('--python <path>', 'interpreter to examine (default: BALPM_PYTHON, else that of balpm setup, else python3)')
    .option('--dir <dir>', 'directory runs would be written to', 'runs')
    .option('--json', 'print one JSON document')
    .action(async (options: Options) => {
      const findings = await examine(options);
      if (options.json) io.printDocument({ balpm: VERSION, findings });
      else printFindings(findings, io);
      if (findings.some(({ state }) => state === 'missing')) io.exitWith(EXIT_STATUS.environment);
    });
}

async function examine({ python: given, dir }: Options): Promise<Finding[]> {
  const python = resolvePython(given);
  return [
    examineNode(process.versions.node),
    examineDirectory(dir),
    ...(await examinePython(python)),
    ...(await examineWorker(python)),
  ];
}
