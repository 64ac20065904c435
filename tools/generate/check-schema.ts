/** Every keyword the generator of the Python types understands; another would be dropped without a word. */
const KEYWORDS: ReadonlySet<string> = new Set([
  '$ref',
  'type',
  'const',
  'enum',
  'anyOf',
  'oneOf',
  'properties',
  'required',
  'additionalProperties',
  'propertyNames',
  'items',
  'minimum',
  'maximum',
  'minLength',
  'minItems',
  'maxItems',
  'pattern',
]);

type Json = Readonly<Record<string, unknown>>;

/** Refuses what the two languages would judge differently. @throws Error naming the schema and the field. */
export function checkSchema(name: string, schema: Json): void {
  const where = `Cannot put '${name}' on the wire`;
  if (schema['maxLength'] !== undefined) throw new Error(`${where}: a text has a greatest length, a pattern is needed`);
  for (const keyword of Object.keys(schema))
    if (!KEYWORDS.has(keyword))
      throw new Error(`${where}: '${keyword}' is unknown to the generator, another way is needed`);
  checkProperties(name, schema);
  checkRecord(name, schema);
  for (const key of ['anyOf', 'oneOf'])
    for (const inner of (schema[key] as Json[] | undefined) ?? []) checkSchema(name, inner);
  if (schema['items'] !== undefined) checkSchema(`${name}[]`, schema['items'] as Json);
}

function checkProperties(name: string, schema: Json): void {
  const where = `Cannot put '${name}' on the wire`;
  const fields = Object.entries((schema['properties'] as Record<string, Json> | undefined) ?? {});
  for (const [field, inner] of fields) {
    if (!(schema['required'] as string[] | undefined)?.includes(field))
      throw new Error(`${where}: '${field}' is optional, nullable is needed`);
    if (inner['properties'] !== undefined)
      throw new Error(`${where}: '${field}' is an unnamed object, an id is needed`);
    checkSchema(`${name}.${field}`, inner);
  }
  if (fields.length > 0 && schema['additionalProperties'] !== false)
    throw new Error(`${where}: it is open, a strictObject is needed`);
}

/** The keys of a record are plain text in Python; its values are judged like any other. */
function checkRecord(name: string, schema: Json): void {
  const keys = schema['propertyNames'] as Json | undefined;
  if (keys !== undefined && (keys['type'] !== 'string' || Object.keys(keys).length > 1))
    throw new Error(`Cannot put '${name}' on the wire: the keys of a record are restricted, any text is needed`);
  const values = schema['additionalProperties'];
  if (typeof values === 'object' && values !== null) checkSchema(`${name}.*`, values as Json);
}
