import type { Finding } from './find-phrases.ts';
import { AREAS } from './prose.ts';

/** Two Markdown tables: findings by rule and area, and by folder (of docs: by page) and area. */
export function describeCounts(findings: readonly Finding[]): string {
  return `${table('rule', findings, ({ rule }) => rule)}\n${table('folder', findings, ({ file }) => folderOf(file))}`;
}

function folderOf(file: string): string {
  const parts = file.split('/');
  const depth = parts[0] === 'docs' && parts[1] !== 'decisions' ? 2 : Math.min(2, parts.length - 1);
  return parts.slice(0, Math.max(1, depth)).join('/');
}

function table(title: string, findings: readonly Finding[], keyOf: (finding: Finding) => string): string {
  const keys = [...new Set(findings.map(keyOf))];
  const rows = keys
    .map((key) => [key, findings.filter((finding) => keyOf(finding) === key)] as const)
    .sort(([, a], [, b]) => b.length - a.length);
  const head = [title, ...AREAS, 'all'];
  return [
    `| ${head.join(' | ')} |`,
    `|${' --- |'.repeat(head.length)}`,
    ...rows.map(([name, of]) => cells(name, of)),
    cells('all', findings),
    '',
  ].join('\n');
}

const cells = (name: string, of: readonly Finding[]): string =>
  `| ${[name, ...AREAS.map((area) => of.filter((finding) => finding.area === area).length), of.length].join(' | ')} |`;
