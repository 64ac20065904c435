import type { Command } from 'commander';
import { z } from 'zod';
import { usageError } from '../../base/errors.ts';
import { type PushPlan, planPush } from '../../features/export/plan-push.ts';
import { type Push, pushExport } from '../../features/export/push-export.ts';
import { setting } from '../../protocol/setting.ts';
import { resolvePython } from '../../worker/links/local/interpreter.ts';
import type { CommandIo } from '../command.ts';
import { interpreterSettings } from '../options/interpreter-settings.ts';
import { requireOptions } from '../options/require-options.ts';
import { settingsOf } from '../options/settings-of.ts';
import { withExamples } from '../options/with-examples.ts';
import { withSettings } from '../options/with-settings.ts';
import { createExtractProgress } from './extract-progress.ts';

/** The settings of `balpm features push`, in the order of the help. */
const fields = {
  repo: setting(z.string(), 'dataset repository; made where there is none', { value: '<owner/name>' }),
  public: setting(z.boolean(), 'everybody may read it (default: private)'),
  yes: setting(z.boolean(), 'upload; without it the command only says what it would upload'),
  ...interpreterSettings,
};

/** `balpm features push` */
export function registerPush(features: Command, io: CommandIo): void {
  const command = withExamples(features.command('push'), [
    'balpm features push exports/minilm --repo my-group/minilm-features',
    'balpm features push exports/minilm --repo my-group/minilm-features --public --yes',
  ])
    .description('upload an exported directory to the Hugging Face hub (token: HF_TOKEN, another hub: HF_ENDPOINT)')
    .argument('<dir>', 'directory that features export made');
  withSettings(command, fields)
    .hook('preAction', requireOptions('--repo <owner/name>'))
    .action(async (directory: string, given: Record<string, unknown>) => {
      const flags = settingsOf(fields, given);
      const endpoint = process.env['HF_ENDPOINT'] || undefined;
      const plan = await planPush(directory, flags.repo, { isPublic: flags.public, endpoint });
      describe(plan).forEach(io.note);
      if (!flags.yes) throw usageError(`Cannot push to '${plan.repository}': nothing was confirmed, --yes is needed`);
      const pushed = await push(plan, flags.python, io);
      if (flags.json) io.printDocument(documentOf(plan, pushed));
      else io.print(pushed.url);
    });
}

async function push(plan: PushPlan, python: string | null, io: CommandIo): Promise<Push> {
  const progress = createExtractProgress(io.note);
  try {
    return await pushExport({
      plan,
      token: process.env['HF_TOKEN'],
      python: resolvePython(python),
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
