/** Node fires timers beyond this at once. */
export const LONGEST_MS = 2 ** 31 - 1;

/** Longest wait a configuration may ask for: over three weeks. */
export const LONGEST_SECONDS = 2_000_000;

/** Calls `act` after `ms`, however long that is; gives what calls it off. */
export function after(ms: number, act: () => void): () => void {
  const end = performance.now() + ms;
  let timer: NodeJS.Timeout;
  const arm = (): void => {
    const left = Math.max(0, end - performance.now());
    timer = setTimeout(left > LONGEST_MS ? arm : act, Math.min(left, LONGEST_MS));
  };
  arm();
  return () => clearTimeout(timer);
}
