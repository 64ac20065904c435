/** Makes what calls a listener whose mistakes are its own: they must not end what it listens to. */
export function quietly(onNote: ((sentence: string) => void) | undefined): (sentence: string) => void {
  return (sentence) => {
    try {
      onNote?.(sentence);
    } catch {
      // There is no listener to report to.
    }
  };
}
