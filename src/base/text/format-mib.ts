/** Mebibytes as people say them: `0.3 MiB`, `12 MiB`, `1.5 GiB`, `2.1 TiB`. */
export function formatMib(mib: number): string {
  if (mib < 10) return `${Math.max(0.1, mib).toFixed(1)} MiB`;
  if (mib < 1024) return `${Math.round(mib)} MiB`;
  return mib < 2 ** 20 ? `${(mib / 1024).toFixed(1)} GiB` : `${(mib / 2 ** 20).toFixed(1)} TiB`;
}
