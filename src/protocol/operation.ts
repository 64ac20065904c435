import type { z } from 'zod';

/** One thing a worker can do: its name, its version, and the shape of what goes in and comes out. */
export interface Operation<Params extends z.ZodType = z.ZodType, Data extends z.ZodType = z.ZodType> {
  /** Dotted lower case; the Python handler is the file of the same name with underscores. */
  readonly name: string;
  readonly version: number;
  readonly params: Params;
  readonly data: Data;
  /** Whether the answer is a function of the request alone; others name what the worker holds or wrote. */
  readonly pure: boolean;
  /** A running job that reports no progress for longer than this counts as hung. */
  readonly stallMs: number;
}

/** Declares an operation; identity at run time, inference at compile time. */
export const defineOperation = <Params extends z.ZodType, Data extends z.ZodType>(
  operation: Operation<Params, Data>,
): Operation<Params, Data> => operation;
