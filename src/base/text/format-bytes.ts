const UNITS = [
  ['TB', 1e12],
  ['GB', 1e9],
  ['MB', 1e6],
] as const;

/** Bytes as downloads are measured: `13.5 GB`, `1.2 MB`, `0.4 kB`. */
export function formatBytes(bytes: number): string {
  const [unit, scale] = UNITS.find(([, least]) => bytes >= least) ?? ['kB', 1e3];
  return `${(bytes / scale).toFixed(1)} ${unit}`;
}
