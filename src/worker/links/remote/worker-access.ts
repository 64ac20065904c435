import type { ConnectionFile } from './connection-file.ts';

/** What workers must know of a place where they may join; `serverKey` is public. */
type JoiningPlace = Pick<ConnectionFile, 'serverKey' | 'patience' | 'device' | 'threads' | 'runDir'> & {
  readonly endpoints: readonly string[];
};

/** How workers of other hosts learn where to join, and how they are known when they do. */
export interface WorkerAccess {
  /** What a worker must show when it says hello; null: its key says enough. */
  readonly token: string | null;
  /** Whether workers that come second stay and wait for the first one's end. */
  readonly hasSpares: boolean;
  /** Whether a worker with this public key (Z85) is let in now. */
  readonly allows: (publicKey: string) => boolean;
  /** Tells where to join. @throws BalpmError (environment) when that cannot be written. */
  readonly publish: (place: JoiningPlace) => void;
  /** No worker shall join any more; `isOver`: there will be no other orchestrator either. */
  readonly withdraw: (isOver: boolean) => void;
}
