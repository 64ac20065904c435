import { readFileSync } from 'node:fs';

/** The bytes of one tensor of a safetensors file. */
export function readSafetensorsTensor(path: string, name: string): Buffer {
  const file = readFileSync(path);
  const headerBytes = Number(file.readBigUInt64LE(0));
  const header = JSON.parse(file.toString('utf8', 8, 8 + headerBytes)) as Record<
    string,
    { data_offsets: [number, number] }
  >;
  const [start, end] = (header[name] as { data_offsets: [number, number] }).data_offsets;
  return file.subarray(8 + headerBytes + start, 8 + headerBytes + end);
}
