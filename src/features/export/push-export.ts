import { resolve } from 'node:path';
import type { z } from 'zod';
import { environmentError } from '../../base/errors.ts';
import { featuresPush } from '../../protocol/operations/features-push.ts';
import { callOwnWorker, type OwnWorkerOptions } from '../own-worker.ts';
import type { PushPlan } from './plan-push.ts';

/** Where the files are now. */
export type Push = z.output<typeof featuresPush.data>;

export interface PushOptions extends Omit<OwnWorkerOptions, 'device' | 'threads'> {
  readonly plan: PushPlan;
  /** HF_TOKEN of the environment. It is looked at here and read again by the worker; it travels in no message. */
  readonly token: string | undefined;
}

/**
 * Uploads what was planned to the hub, in a worker of its own.
 * @throws BalpmError (environment) without a token; (usage) when the hub refuses it, or the repository is another one;
 * (worker) when the hub cannot be reached; those of startWorker.
 */
export async function pushExport({ plan, token, ...options }: PushOptions): Promise<Push> {
  checkToken(plan, token?.trim());
  const { manifest, repository } = plan;
  const params = {
    directory: resolve(plan.directory),
    files: plan.files.map(({ name }) => name),
    repository,
    isPublic: plan.visibility === 'public',
    message: `Features ${manifest.store.id.slice(0, 12)}, exported by balpm`,
  };
  return callOwnWorker(featuresPush, params, { ...options, device: 'cpu', threads: 1 });
}

function checkToken({ repository }: PushPlan, token: string | undefined): void {
  const found = token === undefined || token === '' ? 'is not set' : 'holds characters that no token has';
  if (token !== undefined && /^[!-~]+$/.test(token)) return;
  throw environmentError(
    `Cannot push to '${repository}': HF_TOKEN ${found}, a token of the hub with write access is needed in the environment`,
  );
}
