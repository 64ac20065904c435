type Change = (bytes: Buffer) => Uint8Array;
type Entry = { dtype: string; shape: number[]; data_offsets: [number, number] };
type Header = Record<string, Entry>;

const dataStart = (bytes: Buffer): number => 8 + Number(bytes.readBigUInt64LE(0));

function withText(bytes: Buffer, text: string): Uint8Array {
  const padded = Buffer.from(text.padEnd(Math.ceil(text.length / 8) * 8));
  const length = Buffer.alloc(8);
  length.writeBigUInt64LE(BigInt(padded.length));
  return Buffer.concat([length, padded, bytes.subarray(dataStart(bytes))]);
}

/** The same arrays under another header. */
const header =
  (change: (entries: Header) => unknown): Change =>
  (bytes) => {
    const entries = JSON.parse(bytes.toString('utf8', 8, dataStart(bytes))) as Header;
    return withText(bytes, JSON.stringify(change(entries) ?? entries));
  };

const entry = (name: string, change: (found: Entry) => Partial<Entry>): Change =>
  header((entries) => ({ ...entries, [name]: { ...(entries[name] as Entry), ...change(entries[name] as Entry) } }));

const renamed = (from: string, to: string): Change =>
  header((entries) =>
    Object.fromEntries(Object.entries(entries).map(([name, one]) => [name === from ? to : name, one])),
  );

/** Files whose header, arrays and manifest do not say the same. */
export const STRUCTURES: Record<string, Change> = {
  'integers for features': entry('prompts', () => ({ dtype: 'I32' })),
  'an unknown type': entry('responses', () => ({ dtype: 'F8_E4M3' })),
  'narrower numbers': entry('responses', () => ({ dtype: 'F16' })),
  'rows for columns': entry('responses', ({ shape }) => ({ shape: shape.toReversed() })),
  'one long row': entry('prompts', ({ shape }) => ({ shape: [1, (shape[0] as number) * (shape[1] as number)] })),
  'one axis': entry('prompts', ({ shape }) => ({ shape: [(shape[0] as number) * (shape[1] as number)] })),
  'an axis too many': entry('prompts', ({ shape }) => ({ shape: [...shape, 1] })),
  'no rows': entry('prompts', ({ shape }) => ({ shape: [0, shape[1] as number] })),
  'no columns': entry('responses', ({ shape }) => ({ shape: [shape[0] as number, 0] })),
  'a negative axis': entry('prompts', ({ shape }) => ({ shape: [-(shape[0] as number), shape[1] as number] })),
  'offsets that overlap': entry('responses', ({ data_offsets: [begin, end] }) => ({
    data_offsets: [begin - 4, end - 4],
  })),
  'offsets backwards': entry('responses', ({ data_offsets: [begin, end] }) => ({ data_offsets: [end, begin] })),
  'a matrix under another name': renamed('prompts', 'Prompts'),
  'no responses': renamed('responses', 'answers'),
  'a header that is a list': header(() => []),
  'a header of nothing': header(() => ({})),
  'matrices in each other’s place': header(({ prompts, responses, ...rest }) => ({
    ...rest,
    prompts: responses,
    responses: prompts,
  })),
  'a header that is cut off': (bytes) => withText(bytes, bytes.toString('utf8', 8, dataStart(bytes) - 20)),
  'a header that is no text': (bytes) => bytes.fill(0xff, 8, 24),
  'a header longer than the file': (bytes) => {
    bytes.writeBigUInt64LE(2n ** 40n);
    return bytes;
  },
  'bytes after the last array': (bytes) => Buffer.concat([bytes, Buffer.alloc(16)]),
  'the last row cut off': (bytes) => bytes.subarray(0, bytes.length - 32),
  'an empty file': () => Buffer.alloc(0),
};

/** Changes the rows (prompt, a, b) of the split train. */
const items =
  (change: (rows: Int32Array) => unknown): Change =>
  (bytes) => {
    const start = dataStart(bytes);
    const [begin, end] = (JSON.parse(bytes.toString('utf8', 8, start)) as Header)['train']?.data_offsets ?? [0, 0];
    const rows = new Int32Array(bytes.buffer.slice(bytes.byteOffset + start + begin, bytes.byteOffset + start + end));
    change(rows);
    bytes.set(new Uint8Array(rows.buffer), start + begin);
    return bytes;
  };

/** Tables of items that are not the dataset's. */
export const ITEM_TABLES: Record<string, Change> = {
  'a prompt beyond the rows': items((rows) => rows.fill(1_000_000, 0, 1)),
  'an answer beyond the rows': items((rows) => rows.fill(2 ** 31 - 1, 2, 3)),
  'a negative row': items((rows) => rows.fill(-1, 4, 5)),
  'the last item beyond the rows': items((rows) => rows.fill(1_000_000, rows.length - 1)),
  'a table of floats': entry('train', () => ({ dtype: 'F32' })),
  'a table of one column': entry('train', ({ shape }) => ({ shape: [(shape[0] as number) * 3, 1] })),
  'items in another order: sides': items((rows) => rows.set([rows[2] as number, rows[1] as number], 1)),
  'items in another order: turned round': items((rows) => rows.set(rows.toReversed())),
  'items in another order: the first one last': items((rows) =>
    rows.set([...rows.subarray(3), ...rows.subarray(0, 3)]),
  ),
};
