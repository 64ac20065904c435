import { z } from 'zod';
import { isPlainObject, type Plain, type PlainObject } from './override.ts';

const Decided = z.enum(['named', 'preset', 'default']);

/** Who decided on a run's policy and posterior: its configuration named them, or a preset, or neither. */
export const MethodChoice = z.object({
  policy: Decided,
  posterior: Decided,
  /** The preset below the configuration, with the keys it decided; a block that it gave whole stands as one. */
  preset: z.object({ name: z.string(), keys: z.array(z.string()) }).nullable(),
});
export type MethodChoice = z.infer<typeof MethodChoice>;

/** The trees a configuration is made of: what the user gave, the preset below it, and what came of both. */
export interface MethodTrees {
  readonly given: PlainObject;
  readonly preset: { readonly name: string; readonly tree: PlainObject } | null;
  readonly whole: PlainObject;
}

/** Tells it by where the two keys stand before defaults are filled in. */
export function choiceOf({ given, preset, whole }: MethodTrees): MethodChoice {
  const decided = (block: string, key: string): MethodChoice['policy'] => {
    if (valueAt(whole, block, key) === undefined) return 'default';
    return valueAt(given, block, key) === undefined ? 'preset' : 'named';
  };
  return {
    policy: decided('acquisition', 'policy'),
    posterior: decided('posterior', 'type'),
    preset: preset === null ? null : { name: preset.name, keys: keysFrom(preset.tree, given, whole) },
  };
}

function valueAt(tree: PlainObject, block: string, key: string): Plain | undefined {
  const inner = tree[block];
  return isPlainObject(inner) ? inner[key] : undefined;
}

/** Keys of `preset` that `given` leaves alone and `whole` still has, in the order of the preset. */
function keysFrom(preset: PlainObject, given: PlainObject, whole: PlainObject, prefix = ''): string[] {
  return Object.entries(preset).flatMap(([name, value]) => {
    const [mine, left] = [given[name], whole[name]];
    if (left === undefined) return [];
    const isCut = isPlainObject(value) && isPlainObject(left) && Object.keys(value).some((key) => !(key in left));
    if (mine === undefined && !isCut) return [prefix + name];
    if (!isPlainObject(value) || !isPlainObject(left)) return [];
    return keysFrom(value, isPlainObject(mine) ? mine : {}, left, `${prefix + name}.`);
  });
}
