import { cpus, hostname } from 'node:os';
import { z } from 'zod';
import type { WorkerClient } from '../../worker/client.ts';

/** A machine that trials ran on: its host name, the processor's model, what tensors were computed on, and by which torch. */
export const Machine = z.strictObject({
  host: z.string().min(1),
  processor: z.string(),
  device: z.string(),
  torch: z.string(),
});
export type Machine = z.infer<typeof Machine>;

/** The machine this process and its worker run on; `device` is the one the worker uses. */
export function describeMachine({ hello }: WorkerClient, device: string): Machine {
  const gpu = hello.gpus[Number(/\d+$/.exec(device)?.[0] ?? 0)];
  const processor = cpus()[0]?.model ?? 'unknown';
  return {
    host: hostname(),
    processor,
    device: device === 'cpu' ? processor : (gpu?.name ?? device),
    torch: hello.versions.torch ?? 'none',
  };
}
