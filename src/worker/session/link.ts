import type { z } from 'zod';
import type { Hello } from '../../protocol/envelope.ts';
import type { numberMessages } from '../wire/number-messages.ts';
import type { Incoming } from '../wire/read-message.ts';

/** How a worker introduced itself: versions, GPUs, operations. */
export type HelloMessage = z.infer<typeof Hello>;

/** How a worker ended. */
export interface Exit {
  readonly code: number | null;
  readonly signal: string | null;
  /** Why it could not even start; of a worker on another host how it was lost, in words that follow "the worker". */
  readonly reason: string | null;
  /** Processes of this control group that were ended for lack of memory while it lived. */
  readonly memoryKills?: number;
  /** It said that it was told to leave by someone else. */
  readonly preempted?: boolean;
}

/** What a link reports while its worker lives. */
export interface LinkListener {
  /** A message came from the worker; messages come in order. */
  readonly hear: (incoming: Incoming) => void;
  /** The worker is back after its connection broke: what was on the way then may be lost. */
  readonly returned: () => void;
  /** The connection stayed broken for too long; `why` follows "the worker was ended:". */
  readonly gone: (why: string) => void;
}

/** One process of a worker and the way to it, whichever host it runs on. python_worker/link.py is the other end. */
export interface Link {
  /** Names the process in every message. */
  readonly session: string;
  /** Numbers the messages to it. */
  readonly next: ReturnType<typeof numberMessages>;
  /** Interpreter this side started it with; null: somebody else started it. */
  readonly python: string | null;
  readonly pid: number | undefined;
  /** Resolves once the worker has introduced itself and can be used. Rejects with WorkerFailure HANDSHAKE or START_FAILED. */
  readonly hello: Promise<HelloMessage>;
  /** Resolves when the process has ended, though a grandchild may still hold its stderr, was lost or was given up. */
  readonly exited: Promise<Exit>;
  /** The end of its stderr, where this side can read it. */
  readonly lastLines: () => readonly string[];
  /** Sets who is told what happens; nobody is told before. */
  readonly listen: (listener: LinkListener) => void;
  /** Sends one message after those before it. Rejects when the worker is gone. */
  readonly send: (frames: readonly Uint8Array[]) => Promise<void>;
  /** Sends one message now, so that a worker which never reads holds up nobody. Rejects when there is no room for it. */
  readonly offer: (frames: readonly Uint8Array[]) => Promise<void>;
  /** Asks for the stacks of its threads in its log, where a signal reaches it. */
  readonly dumpStacks: () => void;
  /** Tells it that nobody listens any more, where it has a stdin: it clears up and ends, whatever it does. */
  readonly hangUp: () => void;
  /** Ends the process and everything it started; a worker on another host is given up. */
  readonly kill: () => void;
  /** Frees what this side made for the link; the worker must have ended. */
  readonly close: () => void;
}

/** What a link is opened with. */
export interface LinkContext {
  /** Aborting ends the wait for a worker. */
  readonly signal: AbortSignal;
  /** Reports one thing worth knowing. */
  readonly note: (sentence: string) => void;
}

/** Where links come from: processes of this machine, or whoever joins at a place that stays open between them. */
export interface LinkSource {
  /** Directories both sides can exchange large arrays through. */
  readonly places: { readonly sharedMemory?: string | null; readonly runDir?: string | null };
  /** What did not happen when no worker came in time, in words that follow "Cannot start the worker:". */
  readonly late: string;
  /** The next worker. @throws WorkerFailure CANCELLED after `signal`, leaving no link behind. */
  readonly open: (context: LinkContext) => Promise<Link>;
  /** The work has ended as it should; workers that wait are told before the present one. */
  readonly announceEnd: () => void;
  readonly close: () => void;
}
