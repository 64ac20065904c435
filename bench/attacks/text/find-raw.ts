/** Written out apart from the product's own list, so that a gap in that shows. */
const RAW =
  /(?![\t\n])\p{Cc}|[\u061c\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb\u{e0000}-\u{e007f}]|[\ud800-\udfff]/u;

/** What is raw in something that was shown, or passes for a line of ours; undefined where nothing is. */
export function findRaw(where: string, text: string): string | undefined {
  const [raw] = RAW.exec(text) ?? [];
  if (raw !== undefined) return `${where} holds U+${raw.codePointAt(0)?.toString(16)} as it is`;
  return /^FORGED/m.test(text) ? `${where} holds a forged line` : undefined;
}
