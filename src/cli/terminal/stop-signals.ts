/** Exit status of a run that was stopped by a signal; USR1 and USR2 ask for a stop that a scheduler resumes. */
const STATUS = { SIGHUP: 129, SIGINT: 130, SIGTERM: 143, SIGUSR1: 75, SIGUSR2: 75 } as const;
type StopSignal = keyof typeof STATUS;

/** What stop signals have asked of this process. */
export interface StopSignals {
  /** Aborted by the first of them: the step under way ends and is saved. */
  readonly signal: AbortSignal;
  /** The first of them. */
  readonly reason: () => NodeJS.Signals | undefined;
  /** Aborted by SIGTERM, be it the first or one that follows SIGUSR2: the process is to end, by force a little later. */
  readonly terminated: AbortSignal;
  /** Exit status of a process that they have stopped. */
  readonly status: () => number | undefined;
  readonly close: () => void;
}

/**
 * First signal: the step under way ends and is saved. Second: the process ends at once. Only SIGUSR2, the warning of a
 * scheduler, is no sign of impatience: it cuts nothing short, nor does the SIGTERM that the scheduler sends after it.
 */
export function listenForStop(note: (sentence: string) => void): StopSignals {
  const stop = new AbortController();
  const termination = new AbortController();
  let first: StopSignal | undefined;
  let isWaitNoted = false;
  const onSignal = (signal: NodeJS.Signals): void => {
    const name = signal as StopSignal;
    if (first !== undefined && endsAtOnce(first, name)) process.exit(STATUS[name]);
    if (first === undefined)
      note(`${name}: stopping after this step${name === 'SIGUSR2' ? '' : '; again to stop now'}`);
    else if (!isWaitNoted) note(`${name}: the step is ended and saved all the same`);
    isWaitNoted = first !== undefined;
    first ??= name;
    stop.abort();
    if (name === 'SIGTERM') termination.abort();
  };
  const names = Object.keys(STATUS) as StopSignal[];
  for (const name of names) process.on(name, onSignal);
  return {
    signal: stop.signal,
    reason: () => first,
    terminated: termination.signal,
    status: () => (first === undefined ? undefined : STATUS[first]),
    close: () => names.forEach((name) => void process.off(name, onSignal)),
  };
}

const endsAtOnce = (first: StopSignal, next: StopSignal): boolean =>
  next !== 'SIGUSR2' && !(first === 'SIGUSR2' && next === 'SIGTERM');
