import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { execa } from 'execa';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { makeScratch } from '../balpm.ts';
import { slurmOrSkip } from './slurm-or-skip.ts';
import { type Slurm, startSlurm } from './start-slurm.ts';

/** Processes that name the directory in their arguments, the ended ones left out. */
function processesNaming(root: string): string[] {
  const { stdout } = spawnSync('ps', ['-eo', 'stat=,args='], { encoding: 'utf8' });
  return stdout.split('\n').filter((line) => line.includes(root) && !line.startsWith('Z'));
}

describe.runIf(slurmOrSkip())('startSlurm()', () => {
  const scratch = makeScratch();
  let slurm: Slurm;

  beforeAll(async () => {
    slurm = await startSlurm({ nodes: 2, cpus: 64, memoryMb: 32_000, maxArraySize: 11 });
  });
  afterAll(async () => {
    await slurm?.down();
    scratch.remove();
  });

  const ask = async (...words: string[]): Promise<string> => {
    const [program = '', ...args] = words;
    return (await execa(program, args, { env: slurm.env, cwd: scratch.path })).stdout;
  };
  const submit = (script: string, ...options: string[]): Promise<string> =>
    ask('sbatch', '--parsable', '--requeue', '--open-mode=append', '--output=%A_%a.out', ...options, '--wrap', script);
  /** States of the elements of an array, once `isReached` holds for them. */
  const statesOnce = async (job: string, isReached: (states: string[]) => boolean): Promise<string[]> => {
    const states = async (): Promise<string[]> =>
      (await ask('squeue', '-h', '-r', '-t', 'all', '-j', job, '-o', '%T')).split('\n');
    await expect.poll(states, { timeout: 60_000, interval: 100 }).toSatisfy(isReached);
    return states();
  };
  const areDone = (states: string[]): boolean => states.every((state) => state === 'COMPLETED');
  const areRunning = (states: string[]): boolean => states.every((state) => state === 'RUNNING');

  it('runs an array on nodes of the size asked for', async () => {
    const job = await submit('echo $SLURM_ARRAY_TASK_ID', '--array=0-3', '--cpus-per-task=20');
    expect(await statesOnce(job, areDone)).toHaveLength(4);
    expect(readFileSync(join(scratch.path, `${job}_3.out`), 'utf8')).toBe('3\n');
    expect(await ask('scontrol', 'show', 'config')).toMatch(/MaxArraySize += 11\n/);
  });

  it('starts the job of a node that fails again elsewhere, and takes the node back', async () => {
    const script = 'echo run $SLURM_RESTART_COUNT; [ -n "$SLURM_RESTART_COUNT" ] || sleep 600';
    const job = await submit(script, '--array=0', '--nodelist=n1');
    await statesOnce(job, areRunning);
    await slurm.failNode('n1');
    expect(await ask('scontrol', 'show', 'job', `${job}_0`)).toMatch(/ Restarts=1 /);
    expect(processesNaming(slurm.root).filter((line) => line.includes('slurmd -N'))).toHaveLength(1);
    await slurm.recoverNode('n1');
    await statesOnce(job, areDone);
    expect(readFileSync(join(scratch.path, `${job}_0.out`), 'utf8')).toBe('run\nrun 1\n');
    const ends = (): string => readFileSync(join(slurm.root, 'log/jobcomp.log'), 'utf8'); // Slurm writes it when it has time
    await expect.poll(ends, { timeout: 60_000 }).toMatch(/JobState=NODE_FAIL /);
  });

  it('runs beside another one, and leaves no process behind', async () => {
    const other = await startSlurm({ nodes: 1, gpus: 2, warnsPreempted: false });
    try {
      const options = { env: other.env, cwd: scratch.path };
      const script = 'echo $CUDA_VISIBLE_DEVICES; setsid sh -c "sleep 600; : $SLURM_CONF" & sleep 600';
      const submission = ['--parsable', '--gres=gpu:2', '--output=other.out', '--wrap', script];
      expect((await execa('sbatch', submission, options)).stdout).toBe('1');
      expect((await execa('scontrol', ['show', 'config'], options)).stdout).toContain(
        'SlurmctldParameters     = (null)',
      );
      const started = (): boolean => processesNaming(other.root).some((line) => line.includes('sleep 600; :'));
      await expect.poll(started, { timeout: 60_000 }).toBe(true);
      expect(readFileSync(join(scratch.path, 'other.out'), 'utf8')).toBe('0,1\n');
    } finally {
      await other.down();
    }
    expect(processesNaming(other.root)).toEqual([]);
    expect(existsSync(other.root)).toBe(false);
    expect(await ask('squeue', '-h')).toBe('');
  });

  it('leaves no process behind when the process that started it is killed', async () => {
    const module = JSON.stringify(new URL('start-slurm.ts', import.meta.url));
    const script = `import { startSlurm } from ${module}; console.log((await startSlurm({ nodes: 1 })).root);`;
    const args = ['--import', 'tsx', '--input-type=module', '--eval', script];
    const starter = execa(process.execPath, args, { reject: false, stdin: 'ignore' });
    let root = '';
    for await (const line of starter.iterable()) {
      root = line;
      expect(processesNaming(root).length).toBeGreaterThan(2);
      starter.kill('SIGKILL');
    }
    await expect.poll(() => existsSync(root), { timeout: 60_000 }).toBe(false);
    expect(processesNaming(root)).toEqual([]);
  });
});
