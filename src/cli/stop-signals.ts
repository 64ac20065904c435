/** Exit status of a run that was stopped by a signal; USR1 asks for a stop that a scheduler resumes. */
const STATUS = { SIGHUP: 129, SIGINT: 130, SIGTERM: 143, SIGUSR1: 75 } as const;
type StopSignal = keyof typeof STATUS;

/** First signal: the abort signal fires, so that the step under way ends and is saved. Second: the process ends at once. */
export function listenForStop(note: (sentence: string) => void): {
  signal: AbortSignal;
  status: () => number | undefined;
  close: () => void;
} {
  const controller = new AbortController();
  let received: StopSignal | undefined;
  const onSignal = (name: NodeJS.Signals): void => {
    if (received !== undefined) process.exit(STATUS[name as StopSignal]);
    received = name as StopSignal;
    note(`${name}: stopping after this step; again to stop now`);
    controller.abort();
  };
  const names = Object.keys(STATUS) as StopSignal[];
  for (const name of names) process.on(name, onSignal);
  return {
    signal: controller.signal,
    status: () => (received === undefined ? undefined : STATUS[received]),
    close: () => names.forEach((name) => void process.off(name, onSignal)),
  };
}
