import { usageError } from '../../src/base/errors.ts';
import { quotePath } from '../../src/base/files/files.ts';
import type { Block } from './blocks.ts';
import { worldsShown } from './worlds-shown.ts';

/** Refuses to replace a block's content by one that shows fewer worlds. @throws BalpmError (usage) that names them. */
export function refuseFewerWorlds(old: string, { name, content }: Block, path: string): void {
  const [before, now] = [worldsShown(old), worldsShown(content)];
  if (now.length >= before.length) return;
  const lost = before.filter((world) => !now.includes(world));
  throw usageError(
    `Cannot write '${name}' into ${quotePath(path)}: it shows ${before.length} worlds, the new one ${now.length} (without ${lost.join(', ')}); make the missing runs, or ask for it by --partial`,
  );
}
