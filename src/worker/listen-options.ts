import type { Patience } from './connection-file.ts';

/** How to wait for a worker that somebody starts on another host. */
export interface ListenOptions {
  /** Address or name of the one interface to listen on: `10.0.0.7`, `[fd00::7]`, `eth0`. */
  readonly host: string;
  /** Default: the system chooses a free one. */
  readonly port?: number;
  /** File the worker is started with: mode 0600 in a directory of mode 0700, written now and removed at the end. */
  readonly connectionFile: string;
  /** Hosts the worker tries in turn where it reaches this one under other names. Default: the address that was bound. */
  readonly advertise?: readonly string[];
  /** Directory of the run where both sides see it under one path. Default null: there is none. */
  readonly runDir?: string | null;
  /** How long both sides wait for each other. Default: heartbeats every 30 s, broken after 120 s, 60 s to join or return. */
  readonly patience?: Partial<Patience>;
  /** Called once a worker may join. */
  readonly onListening?: (place: ListeningPlace) => void;
  /** Called with what the log gets too: who joined, who was refused, whose connection broke. */
  readonly onNote?: (sentence: string) => void;
}

/** Where a worker may join. */
export interface ListeningPlace {
  readonly connectionFile: string;
  /** `tcp://host:port`, as the worker tries them. */
  readonly endpoints: readonly string[];
}

/** What listening needs to know of the worker it waits for. */
export interface ListeningContext {
  readonly packageDir: string;
  readonly device: string;
  readonly threads: number;
  readonly logFile: string;
}
