import { type Deferred, defer } from '../../src/base/deferred.ts';
import type { FromWorker } from '../../src/protocol/envelope.ts';
import type { Exit, HelloMessage, Link, LinkListener, LinkSource } from '../../src/worker/session/link.ts';
import { numberMessages } from '../../src/worker/wire/number-messages.ts';

/** A link whose worker is the test: it says what it likes and dies when it likes. */
export interface MemoryLink {
  readonly link: Link;
  /** What was sent to the worker and done to it, in order: types of messages, 'stacks', 'hang up', 'kill', 'close'. */
  readonly done: string[];
  /** The last message that was sent. */
  readonly last: () => Record<string, unknown>;
  readonly hello: Deferred<HelloMessage>;
  /** Lets the worker say a message, of which only the fields that matter need be given. */
  readonly say: (message: Partial<FromWorker> & Pick<FromWorker, 'type'>) => void;
  readonly listener: () => LinkListener;
  readonly end: (exit: Partial<Exit>) => void;
}

/** Opens one; `python` is null for a worker somebody else started. */
export function openMemoryLink(python: string | null = null): MemoryLink {
  const done: string[] = [];
  const hello = defer<HelloMessage>();
  const exited = defer<Exit>();
  let listener: LinkListener | undefined;
  let last: Record<string, unknown> = {};
  const send = async ([, header]: readonly Uint8Array[]): Promise<void> => {
    last = JSON.parse(Buffer.from(header ?? []).toString()) as Record<string, unknown>;
    done.push(String(last['type']));
  };
  const end = (exit: Partial<Exit>): void => exited.resolve({ code: null, signal: null, reason: null, ...exit });
  const act = (what: string) => (): void => void done.push(what);
  const link: Link = {
    session: 's',
    next: numberMessages('s'),
    python,
    pid: 7,
    hello: hello.promise,
    exited: exited.promise,
    lastLines: () => ['its last words'],
    send,
    offer: send,
    dumpStacks: act('stacks'),
    hangUp: act('hang up'),
    close: act('close'),
    listen: (next) => void (listener = next),
    kill: () => {
      done.push('kill');
      end({ signal: 'SIGKILL' });
    },
  };
  return {
    link,
    done,
    hello,
    end,
    last: () => last,
    listener: () => listener as LinkListener,
    say: (message) =>
      listener?.hear({ type: 'read', message: { re: null, ...message } as FromWorker, tensorFrames: [] }),
  };
}

/** A source that has one link to give. */
export const sourceOf = (open: LinkSource['open']): LinkSource => ({
  places: { sharedMemory: null, runDir: null },
  late: 'it did not come',
  open,
  announceEnd: () => undefined,
  close: () => undefined,
});
