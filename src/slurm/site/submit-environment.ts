/** Variables of the submitting shell that a job may need: paths, no secrets and nothing of a job around the shell. */
const PASSED = [
  'PATH',
  'HOME',
  'USER',
  'LOGNAME',
  'LANG',
  'TZ',
  'SLURM_CONF',
  'XDG_STATE_HOME',
  'XDG_CACHE_HOME',
  'BALPM_PYTHON',
  'HF_HOME',
  'HF_HUB_CACHE',
];

/**
 * The environment of Slurm's commands, and so of the job. Settings of a shell, or of a job that submits,
 * (SBATCH_PARTITION, SLURM_ARRAY_TASK_ID, SLURM_CPU_BIND) have no effect. `names` are passed on too.
 */
export function submitEnvironment(inherited: NodeJS.ProcessEnv, names: readonly string[] = []): Record<string, string> {
  const passed = [...PASSED, ...names].map((name) => [name, inherited[name]] as const);
  return Object.fromEntries(passed.filter((entry): entry is readonly [string, string] => entry[1] !== undefined));
}
