import type { TensorFiles } from '../tensors/tensor-files.ts';
import type { numberMessages } from '../wire/number-messages.ts';
import type { Journal } from './journal.ts';

/** What the table of calls needs from the worker it talks to. */
export interface Wire {
  readonly session: string;
  readonly send: (frames: readonly Uint8Array[]) => Promise<void>;
  readonly next: ReturnType<typeof numberMessages>;
  /** Requests the worker takes on at a time; more wait here. */
  readonly credit: number;
  /** Milliseconds the worker may take to say that it has a request. */
  readonly ackMs: number;
  /** Milliseconds a cancelled request may take to end. */
  readonly cancelGraceMs: number;
  /** Called with the reason when the worker cannot be relied on any more. */
  readonly onStuck: (reason: string) => void;
  readonly journal: Journal;
  readonly logFile: string;
  /** Where arrays go that are too large for frames. */
  readonly files: TensorFiles;
}
