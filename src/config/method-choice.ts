import { z } from 'zod';
import { isPlainObject, type Plain, type PlainObject } from '../base/yaml/plain.ts';

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
    preset: preset === null ? null : { name: preset.name, keys: [...keysFrom(preset.tree, given, whole).keys] },
  };
}

function valueAt(tree: PlainObject, block: string, key: string): Plain | undefined {
  const inner = tree[block];
  return isPlainObject(inner) ? inner[key] : undefined;
}

/** Keys of a block that the preset decided, and whether those are all of it. */
interface DecidedKeys {
  readonly keys: readonly string[];
  readonly isWhole: boolean;
}

/** Keys of `preset` that `given` leaves alone and `whole` still has, in the order of the preset. */
function keysFrom(preset: PlainObject, given: PlainObject, whole: PlainObject, prefix = ''): DecidedKeys {
  const found = Object.entries(preset).map(([name, value]): DecidedKeys => {
    const key = prefix + name;
    const [mine, left] = [given[name], whole[name]];
    if (!isPlainObject(value)) return only(key, mine === undefined && left !== undefined);
    const inner = keysFrom(value, blockOf(mine), blockOf(left), `${key}.`);
    return inner.isWhole ? only(key, true) : inner;
  });
  return { keys: found.flatMap(({ keys }) => keys), isWhole: found.every(({ isWhole }) => isWhole) };
}

const only = (key: string, isWhole: boolean): DecidedKeys => ({ keys: isWhole ? [key] : [], isWhole });
const blockOf = (value: Plain | undefined): PlainObject => (isPlainObject(value) ? value : {});
