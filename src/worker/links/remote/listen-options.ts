import type { Patience } from './connection-file.ts';

/** How to wait for a worker that somebody starts on another host: one that has the connection file, or one that meets us in a directory. */
export type ListenOptions = ListenSettings &
  (
    | {
        /** File the worker is started with: mode 0600 in a directory of mode 0700, written now and removed at the end. */
        readonly connectionFile: string;
        readonly rendezvous?: never;
      }
    | {
        /** Directory of mode 0700, made when it is missing, where this orchestrator and its workers publish their public keys. */
        readonly rendezvous: string;
        readonly connectionFile?: never;
      }
  );

interface ListenSettings {
  /** Address or name of the one interface to listen on: `10.0.0.7`, `[fd00::7]`, `eth0`. */
  readonly host: string;
  /** Default: the system chooses a free one. */
  readonly port?: number;
  /** Hosts the worker tries in turn where it reaches this one under other names. Default: the address that was bound. */
  readonly advertise?: readonly string[];
  /** Directory of the run where both sides see it under one path. Default null: there is none. */
  readonly runDir?: string | null;
  /** How long both sides wait for each other. Default: heartbeats every 30 s, broken after 120 s, 60 s to join or return. */
  readonly patience?: Partial<Patience>;
  /** Asked when the client is closed, of a rendezvous: whether its workers shall end too. Default: they shall; else they wait for another orchestrator. */
  readonly isOver?: () => boolean;
  /** Called once a worker may join. */
  readonly onListening?: (place: ListeningPlace) => void;
  /** Called with what the log gets too: who joined, who was refused, whose connection broke. */
  readonly onNote?: (sentence: string) => void;
}

/** Where a worker may join. */
export interface ListeningPlace {
  /** What the worker is started with: one of the two, the other is null. */
  readonly connectionFile: string | null;
  readonly rendezvous: string | null;
  /** `tcp://host:port`, as the worker tries them. */
  readonly endpoints: readonly string[];
}

/** What listening needs to know of the worker it waits for. */
export interface ListeningContext {
  readonly packageDir: string;
  readonly device: string;
  readonly threads: number;
  readonly logFile: string;
  /** Aborting ends what has to be waited for before workers may join. */
  readonly signal?: AbortSignal;
}
