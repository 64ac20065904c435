const INTERVAL_MS = 10;

/** Measures how late a 10 ms timer comes; `stop` gives the worst, in ms. */
export function watchLateness(): { readonly stop: () => number } {
  let worst = 0;
  let due = performance.now() + INTERVAL_MS;
  const timer = setInterval(() => {
    const now = performance.now();
    worst = Math.max(worst, now - due);
    due = now + INTERVAL_MS;
  }, INTERVAL_MS);
  return {
    stop: () => {
      clearInterval(timer);
      return Math.max(worst, performance.now() - due);
    },
  };
}
