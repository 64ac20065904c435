import { z } from 'zod';
import { ErrorCode } from './errors.ts';
import { TensorSpec } from './tensor.ts';
import { Digest, Identifier } from './text.ts';

/** First frame of every message; anything else is dropped unread. */
export const MAGIC = 'balpm/1';
export const PROTOCOL = { major: 1, minor: 0 } as const;

/** Limits the sender enforces; a receiver's own limit fails silently (libzmq drops the frame). */
export const LIMITS = {
  headerBytes: 1 << 20,
  frameCount: 64,
  inlineBytes: 64 << 20,
  frameBytes: 256 << 20,
} as const;

const WorkerPhase = z.enum(['ready', 'busy', 'draining']);
export const Trace = z
  .strictObject({ runId: z.string(), round: z.int().nullable(), seed: z.int().nullable() })
  .meta({ id: 'Trace' });

const envelope = {
  v: z.literal(1),
  id: Identifier,
  /** One worker process: a new one for each start, so that a late message of a dead worker is known. */
  session: Identifier,
  re: Identifier.nullable(),
  seq: z.int().min(0),
  sentAt: z.int().min(0),
  trace: Trace.nullable(),
};

const Scalars = z.record(z.string(), z.number().nullable());
const Payload = z.record(z.string(), z.unknown());

const Versions = z
  .strictObject({
    python: z.string(),
    torch: z.string().nullable(),
    cuda: z.string().nullable(),
    numpy: z.string().nullable(),
    worker: z.string(),
  })
  .meta({ id: 'Versions' });

const Gpu = z.strictObject({ name: z.string(), memMiB: z.int().min(0) }).meta({ id: 'Gpu' });

export const Hello = z
  .strictObject({
    type: z.literal('hello'),
    ...envelope,
    proto: z.strictObject({ major: z.int().min(0), minor: z.int().min(0) }).meta({ id: 'ProtocolVersion' }),
    schemaSha: Digest,
    token: Identifier,
    pid: z.int().min(0),
    host: z.string(),
    slurmJobId: z.string().nullable(),
    versions: Versions,
    gpus: z.array(Gpu).max(64),
    ops: z.record(z.string(), z.int()),
    capacity: z.int().min(1),
    limits: z.strictObject({ maxFrame: z.int().min(1), maxInline: z.int().min(1) }).meta({ id: 'HelloLimits' }),
  })
  .meta({ id: 'Hello' });

/** An operation of the caller's own: its handler's file, and the JSON Schemas of what goes in and comes out. */
export const OwnOperation = z
  .strictObject({
    name: Identifier,
    version: z.int().min(1),
    file: z.string().min(1),
    pure: z.boolean(),
    stallMs: z.int().min(1),
    params: Payload,
    data: Payload,
  })
  .meta({ id: 'OwnOperation' });

const Welcome = z
  .strictObject({
    type: z.literal('welcome'),
    ...envelope,
    statusIntervalMs: z.int().min(1),
    progressIntervalMs: z.int().min(1),
    /** Where answers and posteriors are kept and large arrays exchanged; null: nowhere. */
    runDir: z.string().nullable(),
    /** Directory in shared memory for large arrays; null when the worker is on another host. */
    sharedMemory: z.string().nullable(),
    operations: z.array(OwnOperation).max(256),
    logLevel: z.enum(['debug', 'info', 'warn', 'error']),
  })
  .meta({ id: 'Welcome' });

const Reject = z
  .strictObject({ type: z.literal('reject'), ...envelope, code: ErrorCode, message: z.string() })
  .meta({ id: 'Reject' });

const Status = z
  .strictObject({
    type: z.literal('status'),
    ...envelope,
    phase: WorkerPhase,
    job: z.string().nullable(),
    lastTickAgeMs: z.int().min(0),
    rssMiB: z.int().min(0),
    queued: z.int().min(0),
  })
  .meta({ id: 'Status' });

const Request = z
  .strictObject({
    type: z.literal('request'),
    ...envelope,
    op: Identifier,
    opVersion: z.int().min(1),
    params: Payload,
    tensors: z.array(TensorSpec).max(64),
    key: Digest,
    attempt: z.int().min(1),
    /** Whether the answer may be kept for later requests with this key (pure operations only). */
    keep: z.boolean(),
    deadlineMs: z.int().min(1).nullable(),
    /** What the attempt before suggests: memory ran out, so half the batch may fit. */
    hint: z.enum(['halve-batch']).nullable(),
  })
  .meta({ id: 'Request' });

const Accepted = z
  .strictObject({ type: z.literal('accepted'), ...envelope, dedup: z.enum(['new', 'running', 'cached']) })
  .meta({ id: 'Accepted' });

const Progress = z
  .strictObject({
    type: z.literal('progress'),
    ...envelope,
    done: z.number(),
    total: z.number().nullable(),
    metrics: Scalars,
    nonFinite: z.array(z.string()),
    note: z.string().nullable(),
  })
  .meta({ id: 'Progress' });

const Result = z
  .strictObject({
    type: z.literal('result'),
    ...envelope,
    cached: z.boolean(),
    wallMs: z.number().min(0),
    data: Payload,
    tensors: z.array(TensorSpec).max(64),
  })
  .meta({ id: 'Result' });

const ErrorBody = z
  .strictObject({
    code: ErrorCode,
    message: z.string(),
    retryable: z.boolean(),
    pyType: z.string().nullable(),
    traceback: z.string().nullable(),
    details: z.record(z.string(), z.string()),
  })
  .meta({ id: 'ErrorBody' });

const Failure = z.strictObject({ type: z.literal('error'), ...envelope, error: ErrorBody }).meta({ id: 'Failure' });

const Cancel = z
  .strictObject({
    type: z.literal('cancel'),
    ...envelope,
    target: Identifier,
    reason: z.string(),
    graceMs: z.int().min(0),
  })
  .meta({ id: 'Cancel' });

const Shutdown = z
  .strictObject({ type: z.literal('shutdown'), ...envelope, drainMs: z.int().min(0) })
  .meta({ id: 'Shutdown' });

const Bye = z
  .strictObject({ type: z.literal('bye'), ...envelope, reason: z.enum(['drained', 'preempted']) })
  .meta({ id: 'Bye' });

/** What a worker may send. */
export const FromWorker = z
  .discriminatedUnion('type', [Hello, Status, Accepted, Progress, Result, Failure, Bye])
  .meta({ id: 'FromWorker' });
export type FromWorker = z.infer<typeof FromWorker>;

/** What an orchestrator may send. */
export const FromOrchestrator = z
  .discriminatedUnion('type', [Welcome, Reject, Request, Cancel, Shutdown])
  .meta({ id: 'FromOrchestrator' });
export type FromOrchestrator = z.infer<typeof FromOrchestrator>;
