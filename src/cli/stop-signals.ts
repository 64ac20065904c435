/** Exit status of a command that was stopped by a signal; USR1 and USR2 ask for a stop that a scheduler resumes. */
const STATUS = { SIGHUP: 129, SIGINT: 130, SIGTERM: 143, SIGUSR1: 75, SIGUSR2: 75 } as const;
type StopSignal = keyof typeof STATUS;

/** What a scheduler may send after its warning (USR2) without meaning more by it. */
const AFTER_WARNING: readonly NodeJS.Signals[] = ['SIGUSR2', 'SIGTERM'];

/** How a command hears that it shall stop. */
export interface StopSignals {
  readonly signal: AbortSignal;
  /** Aborted by a TERM that follows a warning: the scheduler ends the process now. */
  readonly terminated: AbortSignal;
  readonly reason: () => NodeJS.Signals | undefined;
  readonly status: () => number | undefined;
  readonly close: () => void;
}

/**
 * First signal: the abort signal fires, so that the step under way ends and is saved. Second: the process ends at once,
 * unless the first was USR2, after which another USR2 or a TERM cuts nothing short.
 */
export function listenForStop(note: (sentence: string) => void): StopSignals {
  const stop = new AbortController();
  const end = new AbortController();
  let received: StopSignal | undefined;
  const onSignal = (name: NodeJS.Signals): void => {
    if (received === 'SIGUSR2' && AFTER_WARNING.includes(name)) {
      if (name === 'SIGTERM') end.abort();
      return;
    }
    if (received !== undefined) process.exit(STATUS[name as StopSignal]);
    received = name as StopSignal;
    note(`${name}: stopping after this step; again to stop now`);
    stop.abort();
  };
  const names = Object.keys(STATUS) as StopSignal[];
  for (const name of names) process.on(name, onSignal);
  return {
    signal: stop.signal,
    terminated: end.signal,
    reason: () => received,
    status: () => (received === undefined ? undefined : STATUS[received]),
    close: () => names.forEach((name) => void process.off(name, onSignal)),
  };
}
