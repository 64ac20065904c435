/** What an .npy file may differ in. */
export interface NpyOptions {
  readonly version?: number;
  readonly order?: 'True' | 'False';
}

/** Bytes as numpy.save writes them: magic, version, header padded to 64 bytes, content. */
export function npyBytes(
  type: string,
  shape: string,
  content: ArrayBufferView,
  { version = 1, order = 'False' }: NpyOptions = {},
): Uint8Array {
  const wide = version > 1;
  const header = `{'descr': '${type}', 'fortran_order': ${order}, 'shape': ${shape}, }`;
  const begin = wide ? 12 : 10;
  const padded = `${header.padEnd(Math.ceil((begin + header.length + 1) / 64) * 64 - begin - 1)}\n`;
  const length = Buffer.alloc(wide ? 4 : 2);
  length.writeUIntLE(padded.length, 0, length.length);
  const magic = Buffer.from('\x93NUMPY', 'latin1');
  const values = new Uint8Array(content.buffer, content.byteOffset, content.byteLength);
  return Buffer.concat([magic, Buffer.of(version, 0), length, Buffer.from(padded), values]);
}
