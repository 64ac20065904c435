import type { Command } from 'commander';
import { usageError } from '../../base/errors.ts';
import { type PushPlan, planPush } from '../../features/export/plan-push.ts';
import { type Push, pushExport } from '../../features/export/push-export.ts';
import { resolvePython } from '../../worker/links/local/interpreter.ts';
import type { CommandIo } from '../command.ts';
import { requireOptions } from '../options/require-options.ts';
import { withExamples } from '../options/with-examples.ts';
import { createExtractProgress } from './extract-progress.ts';

interface PushFlags {
  readonly repo: string;
  readonly public?: boolean;
  readonly yes?: boolean;
  readonly python?: string;
  readonly json?: boolean;
}

/** `balpm features push` */
export function registerPush(features: Command, io: CommandIo): void {
  withExamples(features.command('push'), [
    'balpm features push exports/minilm --repo my-group/minilm-features',
    'balpm features push exports/minilm --repo my-group/minilm-features --public --yes',
  ])
    .description('upload an exported directory to the Hugging Face hub (token: HF_TOKEN, another hub: HF_ENDPOINT)')
    .argument('<dir>', 'directory that features export made')
    .option('--repo <owner/name>', 'dataset repository; made where there is none')
    .hook('preAction', requireOptions('--repo <owner/name>'))
    .option('--public', 'everybody may read it (default: private)')
    .option('--yes', 'upload; without it the command only says what it would upload')
    .option('--python <path>', 'interpreter (default: BALPM_PYTHON, else that of balpm setup, else python3)')
    .option('--json', 'print one JSON document')
    .action(async (directory: string, flags: PushFlags) => {
      const endpoint = process.env['HF_ENDPOINT'] || undefined;
      const plan = await planPush(directory, flags.repo, { isPublic: flags.public ?? false, endpoint });
      describe(plan).forEach(io.note);
      if (!flags.yes) throw usageError(`Cannot push to '${plan.repository}': nothing was confirmed, --yes is needed`);
      const pushed = await push(plan, flags, io);
      if (flags.json) io.printDocument(documentOf(plan, pushed));
      else io.print(pushed.url);
    });
}

async function push(plan: PushPlan, flags: PushFlags, io: CommandIo): Promise<Push> {
  const progress = createExtractProgress(io.note);
  try {
    return await pushExport({
      plan,
      token: process.env['HF_TOKEN'],
      python: resolvePython(flags.python),
      signal: io.signal,
      onProgress: progress.observe,
    });
  } finally {
    progress.close();
  }
}

function describe({ files, others, repository, visibility, endpoint, manifest, license }: PushPlan): string[] {
  return [
    ...files.map(({ name, bytes }) => `${megabytes(bytes).padStart(12)}  ${name}`),
    `${files.length} files, ${megabytes(sizeOf(files))} to the ${visibility} dataset ${repository} of ${endpoint}, licence ${license ?? 'not told by the card'}`,
    describeAnswers(manifest),
    ...(others.length > 0 ? [`note: ${others.length} other files stay here ('${others[0]}', …)`] : []),
  ];
}

function describeAnswers({ answers }: PushPlan['manifest']): string {
  if (answers.length === 0) return 'no labels are in it: prompts alone';
  return answers[0] === 'chosen'
    ? 'note: labels are in it: answers are chosen and rejected ones'
    : 'no labels are in it: answers are a and b';
}

const sizeOf = (files: PushPlan['files']): number => files.reduce((sum, { bytes }) => sum + bytes, 0);

const megabytes = (bytes: number): string =>
  `${(bytes / 1e6).toLocaleString('en-US', { minimumFractionDigits: 3, maximumFractionDigits: 3 })} MB`;

const documentOf = (
  { repository, visibility, endpoint, files }: PushPlan,
  { url, commit }: Push,
): Record<string, unknown> => ({
  repository,
  visibility,
  endpoint,
  url,
  commit,
  files: files.length,
  bytes: sizeOf(files),
});
