import type { Command } from 'commander';
import type { CommandIo } from './command.ts';
import { registerCancel } from './slurm/cancel.ts';
import { registerCollect } from './slurm/collect.ts';
import { registerDoctor } from './slurm/doctor.ts';
import { registerExec } from './slurm/exec.ts';
import { registerLogs } from './slurm/logs.ts';
import { registerStatus } from './slurm/status.ts';
import { registerSubmit } from './slurm/submit.ts';
import { registerTask } from './slurm/task.ts';
import { registerWorkers } from './slurm/workers.ts';
import { withExamples } from './with-examples.ts';

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
