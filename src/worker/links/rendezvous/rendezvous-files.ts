import { z } from 'zod';
import { ConnectionFile } from '../remote/connection-file.ts';

const Key = ConnectionFile.shape.publicKey;
const schemaVersion = ConnectionFile.shape.schemaVersion;
/** One life of an orchestrator or of a worker. */
const Incarnation = z.string().regex(/^[0-9a-f]{32}$/);

/**
 * `orchestrator.json`: where the orchestrator of a rendezvous directory may be reached and by which key it is known.
 * Nothing in the directory is secret; python_worker/server/links/rendezvous_files.py defines the same.
 */
export const OrchestratorFile = ConnectionFile.omit({ serverKey: true, secretKey: true, token: true }).extend({
  incarnation: Incarnation,
});
export type OrchestratorFile = z.infer<typeof OrchestratorFile>;

/** `worker-NAME.json`: the key by which a worker is let in, and where it runs. */
export const WorkerFile = z.strictObject({
  schemaVersion,
  incarnation: Incarnation,
  publicKey: Key,
  /** Of Slurm, `ARRAY_TASK` for an element of an array; null elsewhere. */
  jobId: z.string().nullable(),
  host: z.string(),
  pid: z.int().min(1),
});
export type WorkerFile = z.infer<typeof WorkerFile>;
