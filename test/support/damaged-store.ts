import { createHash } from 'node:crypto';
import { cpSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { hashOf } from '../../src/base/text/canonical-json.ts';
import type { StoreManifest } from '../../src/features/store/store-format.ts';

/** Copies a feature store and changes the bytes of its tensors, the manifest left as it was. */
export function damageStore(store: string, copy: string, change: (bytes: Buffer) => Uint8Array): string {
  cpSync(store, copy, { recursive: true });
  const file = join(copy, 'features.safetensors');
  writeFileSync(file, change(readFileSync(file)));
  return copy;
}

/** The same with a manifest that says so: hashes, size and id are those of the changed bytes. */
export function forgeStore(store: string, copy: string, change: (bytes: Buffer) => Uint8Array): string {
  damageStore(store, copy, change);
  const bytes = readFileSync(join(copy, 'features.safetensors'));
  const sha256 = createHash('sha256').update(bytes).digest('hex');
  const file = join(copy, 'manifest.json');
  const { features, dataset, source, ...rest } = JSON.parse(readFileSync(file, 'utf8')) as StoreManifest;
  const id = hashOf({ dataset: dataset.hash, features: sha256, source });
  const changed = { ...rest, id, dataset, source, features: { ...features, sha256, bytes: bytes.length } };
  writeFileSync(file, JSON.stringify(changed));
  return copy;
}

/** The bytes of a safetensors file that holds one tensor no feature store has. */
export function foreignTensors(): Uint8Array {
  const header = Buffer.from('{"weights":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}    ');
  const length = Buffer.alloc(8);
  length.writeBigUInt64LE(BigInt(header.length));
  return Buffer.concat([length, header, Buffer.alloc(4)]);
}

/** The bytes of a safetensors file with the first number of a float32 tensor replaced. */
export function withFirstValue(bytes: Buffer, tensor: string, value: number): Uint8Array {
  const data = 8 + Number(bytes.readBigUInt64LE(0));
  const header = JSON.parse(bytes.toString('utf8', 8, data)) as Record<string, { data_offsets: [number, number] }>;
  bytes.writeFloatLE(value, data + (header[tensor]?.data_offsets[0] ?? 0));
  return bytes;
}

/** Copies a feature store and changes its manifest; the tensors and the id stay. */
export function forgeManifest(store: string, copy: string, change: (manifest: StoreManifest) => StoreManifest): string {
  damageStore(store, copy, (bytes) => bytes);
  const file = join(copy, 'manifest.json');
  writeFileSync(file, JSON.stringify(change(JSON.parse(readFileSync(file, 'utf8')) as StoreManifest)));
  return copy;
}
