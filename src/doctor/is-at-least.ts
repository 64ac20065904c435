/** Whether a version is another or later, number by number; what follows the numbers (`rc1`, `+cpu`) is ignored. */
export function isAtLeast(version: string, least: string): boolean {
  const [found, needed] = [numbersOf(version), numbersOf(least)];
  const index = needed.findIndex((number, position) => number !== (found[position] ?? 0));
  return index === -1 || (found[index] ?? 0) > (needed[index] as number);
}

const numbersOf = (version: string): number[] => (/^\d+(\.\d+)*/.exec(version)?.[0] ?? '0').split('.').map(Number);
