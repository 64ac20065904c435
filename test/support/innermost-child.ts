import { readFileSync } from 'node:fs';

/** The last process of a chain of only children: what `unshare --fork` and its like were asked to run. */
export function innermostChild(pid: number): number {
  const [child] = childrenOf(pid);
  return child === undefined ? pid : innermostChild(child);
}

function childrenOf(pid: number): number[] {
  try {
    const text = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8');
    return text.trim().split(' ').filter(Boolean).map(Number);
  } catch {
    return []; // it ended
  }
}
