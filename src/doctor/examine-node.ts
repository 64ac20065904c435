import { readFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { z } from 'zod';
import { PACKAGE_ROOT } from '../base/package-info.ts';
import type { Finding } from './finding.ts';
import { isAtLeast } from './is-at-least.ts';

const Package = z.object({ engines: z.object({ node: z.templateLiteral(['>=', z.string()]) }) });

/** A Node version against the one package.json asks for. */
export function examineNode(version: string): Finding {
  const { engines } = Package.parse(JSON.parse(readFileSync(join(PACKAGE_ROOT, 'package.json'), 'utf8')));
  const least = engines.node.slice('>='.length);
  const found = `${version}, ${availableParallelism()} processors`;
  return isAtLeast(version, least)
    ? { what: 'node', state: 'fine', found, advice: '' }
    : { what: 'node', state: 'missing', found, advice: `Node ${least} or newer is needed` };
}
