import type { CommandEntry } from './command.ts';

/** Every command, in the order help lists them; a command is one file and one line here. */
export const COMMANDS: readonly CommandEntry[] = [
  { name: 'run', summary: 'run one experiment', load: () => import('./run/run.ts') },
  {
    name: 'resume',
    summary: 'go on with a run that was stopped, killed or is waiting for labels',
    load: () => import('./resume.ts'),
  },
  {
    name: 'sweep',
    summary: 'run many experiments: every combination of some values',
    load: () => import('./sweep/sweep.ts'),
  },
  {
    name: 'acquire',
    summary: 'pick a batch from embeddings and scores of your own, without a run',
    load: () => import('./acquire.ts'),
  },
  {
    name: 'compare',
    summary: 'table of policies with intervals, and whether they beat random',
    load: () => import('./compare/compare.ts'),
  },
  {
    name: 'report',
    summary: 'one HTML file with figures, tables and the verdict; figures as PDF',
    load: () => import('./report.ts'),
  },
  { name: 'runs', summary: 'list, show and fingerprint runs', load: () => import('./runs/runs.ts') },
  { name: 'data', summary: 'import, check, show and synthesise preference data', load: () => import('./data.ts') },
  {
    name: 'features',
    summary: 'extract or import language-model features of a dataset, show a store',
    load: () => import('./features/features.ts'),
  },
  {
    name: 'recipe',
    summary: 'list, show and copy the configurations that come with balpm',
    load: () => import('./recipe.ts'),
  },
  { name: 'slurm', summary: 'run experiments and extractions on a cluster', load: () => import('./slurm/slurm.ts') },
  { name: 'worker', summary: 'work for a run on another host', load: () => import('./worker.ts') },
  {
    name: 'config',
    summary: 'check and show configurations, list their keys',
    load: () => import('./config/config.ts'),
  },
  {
    name: 'setup',
    summary: 'make the Python environment that balpm works with',
    load: () => import('./setup.ts'),
  },
  {
    name: 'quickstart',
    summary: 'compare three policies on a synthetic world and write a report',
    load: () => import('./quickstart.ts'),
  },
  { name: 'doctor', summary: 'check that this machine can run balpm', load: () => import('./doctor.ts') },
  {
    name: 'completion',
    summary: 'print a script by which a shell completes balpm',
    load: () => import('./completion/completion.ts'),
  },
  { name: 'version', summary: 'print versions', load: () => import('./version.ts') },
];
