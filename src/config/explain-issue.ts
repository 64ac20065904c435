import { z } from 'zod';
import { nearestName } from '../base/text/nearest-name.ts';
import { describePlain, isPlainObject, type Plain } from '../base/yaml/plain.ts';
import { listKeys } from './list-keys.ts';
import { unwrap } from './unwrap.ts';

/** Where a key was given, for messages: a file and line, or the command line. */
export type IssueOrigin = (keyPath: readonly PropertyKey[]) => string;

type Issue = z.core.$ZodIssue;

/** What was parsed: the tree, where its keys were given, and what it is in words (config, profile). */
export interface Given {
  readonly tree: Plain;
  readonly origin: IssueOrigin;
  readonly what: string;
}

/** The first problem of a failed parse as one line: key, origin, what was found, what is needed. */
export function explainIssue(schema: z.ZodType, error: z.ZodError, given: Given): string {
  const { tree, origin, what } = given;
  const issue = deepest(error.issues[0] as Issue);
  if (issue.code === 'unrecognized_keys') return explainUnknownKey(schema, issue, given);
  const key = keyText(issue.path);
  const found = describePlain(valueAt(tree, issue.path));
  const needed = issue.code === 'invalid_union' ? unionWords(schema, tree, issue) : neededFor(issue);
  return `Cannot use ${what} key '${key}' (${origin(issue.path)}): ${found} was found, ${needed} is needed`;
}

/** The values a discriminator may have; what any other union says of itself. */
function unionWords(schema: z.ZodType, tree: Plain, { path, message }: Issue): string {
  const union = schemaAt(schema, tree, path.slice(0, -1));
  const tag = String(path.at(-1));
  if (!(union instanceof z.ZodDiscriminatedUnion) || union.def.discriminator !== tag) {
    return message === 'Invalid input' ? 'another value' : message;
  }
  const literals = union.options
    .map((option) => (option as z.ZodObject).shape[tag])
    .filter((literal) => literal instanceof z.ZodLiteral);
  return `one of ${literals.flatMap((literal) => [...literal.values]).join(', ')}`;
}

/** The problem inside the union member that matches best: the one whose problem lies deepest. */
function deepest(issue: Issue): Issue {
  if (issue.code !== 'invalid_union' || issue.errors.length === 0) return issue;
  const candidates = issue.errors.flat().map((inner) => ({ ...inner, path: [...issue.path, ...inner.path] }));
  const best = candidates.sort((a, b) => b.path.length - a.path.length)[0] as Issue;
  return best.path.length > issue.path.length ? deepest(best) : issue;
}

function explainUnknownKey(
  schema: z.ZodType,
  issue: Extract<Issue, { code: 'unrecognized_keys' }>,
  { tree, origin, what }: Given,
): string {
  const name = issue.keys[0] as string;
  const path = [...issue.path, name];
  const known = keysAt(schema, tree, issue.path);
  const near = nearestName(name, known);
  const meant = near === undefined ? nearestLeaf(schema, path) : keyText([...issue.path, near]);
  const hint = meant === undefined ? '' : ` (did you mean '${meant}'?)`;
  return `Cannot use ${what} key '${keyText(path)}' (${origin(path)}): there is no such key${placeWords(schema, tree, issue.path)}, one of ${known.join(', ')} is needed${hint}`;
}

/** Where a key is missing: in a mapping, and for one of several kinds, in which. */
function placeWords(schema: z.ZodType, tree: Plain, path: readonly PropertyKey[]): string {
  if (path.length === 0) return '';
  const parent = schemaAt(schema, tree, path);
  const value = valueAt(tree, path) as Plain | undefined;
  if (!(parent instanceof z.ZodDiscriminatedUnion) || !isPlainObject(value)) return ` in '${keyText(path)}'`;
  const tag = parent.def.discriminator;
  return ` in '${keyText(path)}' of ${tag} ${describePlain(value[tag])}`;
}

const lastPart = (key: string): string => key.slice(key.lastIndexOf('.') + 1);

/** A key anywhere whose last part is nearest to a bare name: `polcy` means `acquisition.policy`. */
function nearestLeaf(schema: z.ZodType, path: readonly PropertyKey[]): string | undefined {
  const name = String(path.at(-1));
  const keys = listKeys(schema)
    .map(({ key }) => key)
    .filter((key) => key !== keyText(path));
  const nearest = nearestName(name, keys.map(lastPart));
  return keys.find((key) => lastPart(key) === nearest);
}

/** The keys a schema knows at a path; discriminated unions are resolved by the tree's own discriminator. */
function keysAt(schema: z.ZodType, tree: Plain, path: readonly PropertyKey[]): string[] {
  return Object.keys(objectOf(schemaAt(schema, tree, path), valueAt(tree, path) as Plain | undefined)?.shape ?? {});
}

/** The schema of the key at a path, without defaults around it. */
function schemaAt(schema: z.ZodType, tree: Plain, path: readonly PropertyKey[]): z.ZodType | undefined {
  return path.reduce<z.ZodType | undefined>((current, part, depth) => {
    const value = valueAt(tree, path.slice(0, depth)) as Plain | undefined;
    return unwrap(objectOf(current, value)?.shape[String(part)] as z.ZodType | undefined);
  }, schema);
}

function objectOf(schema: z.ZodType | undefined, value: Plain | undefined): z.ZodObject | undefined {
  const inner = unwrap(schema);
  if (inner instanceof z.ZodDiscriminatedUnion) return unionMember(inner, value);
  return inner instanceof z.ZodObject ? inner : undefined;
}

function unionMember(union: z.ZodDiscriminatedUnion, value: Plain | undefined): z.ZodObject | undefined {
  const tag = union.def.discriminator;
  const members = union.options.filter((option): option is z.ZodObject => option instanceof z.ZodObject);
  return members.find(
    (member) => isPlainObject(value) && (member.shape[tag] as z.ZodType).safeParse(value[tag]).success,
  );
}

const keyText = (path: readonly PropertyKey[]): string => path.map(String).join('.');

function valueAt(tree: Plain, path: readonly PropertyKey[]): unknown {
  return path.reduce<unknown>(
    (value, part) =>
      typeof value === 'object' && value !== null && Object.hasOwn(value, part)
        ? (value as Record<PropertyKey, unknown>)[part]
        : undefined,
    tree,
  );
}

/** What is needed, in words. */
function neededFor(issue: Issue): string {
  switch (issue.code) {
    case 'invalid_type':
      return typeWords(issue.expected);
    case 'invalid_value':
      return `one of ${issue.values.map(String).join(', ')}`;
    case 'too_small':
      return `${amount(issue.origin)} ${issue.inclusive === false ? 'above' : 'of at least'} ${issue.minimum}`;
    case 'too_big':
      return `${amount(issue.origin)} ${issue.inclusive === false ? 'below' : 'of at most'} ${issue.maximum}`;
    case 'invalid_format':
      return issue.message;
    default:
      return issue.message;
  }
}

function typeWords(expected: string): string {
  const words: Readonly<Record<string, string>> = {
    int: 'a whole number',
    number: 'a number',
    string: 'text',
    boolean: 'true or false',
    array: 'a list',
    object: 'a mapping',
    record: 'a mapping',
  };
  return words[expected] ?? expected;
}

function amount(origin: string): string {
  return origin === 'string' ? 'text with a length' : origin === 'array' ? 'a list with a length' : 'a number';
}
