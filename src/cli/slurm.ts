import type { Command } from 'commander';
import type { CommandIo } from './command.ts';
import { registerStatus } from './slurm/status.ts';
import { registerSubmit } from './slurm/submit.ts';
import { registerTask } from './slurm/task.ts';
import { registerWorkers } from './slurm/workers.ts';
import { withExamples } from './with-examples.ts';

/** `balpm slurm submit|status|workers|task` */
export function register(command: Command, io: CommandIo): void {
  withExamples(command, [
    'balpm slurm submit -c exp.yaml acquisition.policy=random,batch-entropy seed=1..20 --dry-run',
    'balpm slurm submit -c exp.yaml acquisition.policy=random,batch-entropy seed=1..20',
    'balpm slurm status runs/exp',
  ]);
  registerSubmit(command, io);
  registerStatus(command, io);
  registerWorkers(command, io);
  registerTask(command, io);
}
