import type { z } from 'zod';

/** One thing a worker can do: its name, its version, and the shape of what goes in and comes out. */
export interface Operation<Params extends z.ZodType = z.ZodType, Data extends z.ZodType = z.ZodType> {
  /** Dotted lower case, at most 64 characters. A built-in's Python handler is the file of the same name with underscores. */
  readonly name: string;
  /** A whole number from 1; raise it when the same request shall have another answer. */
  readonly version: number;
  /** An object; checked before anything is sent and again in Python. */
  readonly params: Params;
  /** An object; checked in Python before it is sent and again here. */
  readonly data: Data;
  /** Whether the answer is a function of the request alone; others name what the worker holds or wrote. */
  readonly pure: boolean;
  /** A running job that reports no progress for longer than this counts as hung. */
  readonly stallMs: number;
  /** Of an operation of one's own: the Python file with its `run(params, tensors, context)`; relative to the working directory. */
  readonly file?: string;
}

/**
 * Declares an operation; identity at run time, inference at compile time. With a `file` it is one of the caller's own,
 * for `startWorker({ operations: [...] })`, which refuses what cannot be used; built-in ones have none.
 * Its schemas are judged alike in both languages: objects, texts, numbers, lists, records and unions that differ by a
 * literal or by kind; nullable instead of optional; no refinement, transform or greatest length of a text.
 */
export const defineOperation = <Params extends z.ZodType, Data extends z.ZodType>(
  operation: Operation<Params, Data>,
): Operation<Params, Data> => operation;
