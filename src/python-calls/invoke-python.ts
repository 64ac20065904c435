import type { z } from 'zod';
import { openPython } from './open-python.ts';
import type { PythonCall } from './python-call.ts';

/**
 * Starts a Python, calls one function in it and ends it again: for a single probe or drawing.
 * @throws WorkerFailure as `openPython` and its `invoke` do.
 */
export async function invokePython<Schema extends z.ZodType>(
  interpreter: string,
  call: PythonCall<Schema>,
): Promise<z.output<Schema>> {
  const python = await openPython(interpreter);
  try {
    return await python.invoke(call);
  } finally {
    await python.close();
  }
}
