import type { Command } from 'commander';
import type { CommandIo } from '../command.ts';
import { withExamples } from '../options/with-examples.ts';
import { registerCancel } from './cancel.ts';
import { registerCollect } from './collect.ts';
import { registerDoctor } from './doctor.ts';
import { registerExec } from './exec.ts';
import { registerLogs } from './logs.ts';
import { registerStatus } from './status.ts';
import { registerSubmit } from './submit.ts';
import { registerTask } from './task.ts';
import { registerWorkers } from './workers.ts';

/** `balpm slurm submit|status|cancel|logs|collect|doctor|exec|workers|task` */
export function register(command: Command, io: CommandIo): void {
  withExamples(command, [
    'balpm slurm submit -c exp.yaml acquisition.policy=random,batch-entropy seed=1..20 --dry-run',
    'balpm slurm submit -c exp.yaml acquisition.policy=random,batch-entropy seed=1..20',
    'balpm slurm status runs/exp',
  ]);
  registerSubmit(command, io);
  registerStatus(command, io);
  registerCancel(command, io);
  registerLogs(command, io);
  registerCollect(command, io);
  registerDoctor(command, io);
  registerExec(command, io);
  registerWorkers(command, io);
  registerTask(command, io);
}
