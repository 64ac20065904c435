import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { expect, test } from 'vitest';
import { Dealer } from 'zeromq';
import type { ConnectionFile } from '../../../../src/worker/links/remote/connection-file.ts';
import { encodeZ85 } from '../../../../src/worker/links/remote/zap.ts';
import { openListening } from '../../../../src/worker/open-listening.ts';
import { makeKeyPair } from '../../../../src/worker/wire/connection.ts';
import { foreignKeys, QUICK, until } from '../../remote-worker.ts';
import { newDirectory } from '../../test-worker.ts';

/** A peer that says something as soon as it is let in, and counts what it is told. */
function connect({
  endpoints,
  serverKey,
  ...keys
}: Pick<ConnectionFile, 'endpoints' | 'serverKey' | 'publicKey' | 'secretKey'>) {
  const curve = { curveServerKey: serverKey, curvePublicKey: keys.publicKey, curveSecretKey: keys.secretKey };
  const socket = new Dealer({ linger: 0, reconnectInterval: 1, routingId: keys.publicKey, ...curve });
  let answers = 0;
  socket.connect(endpoints[0] ?? '');
  void socket.send(['balpm/1', '{"type":"hello"}']).catch(() => undefined);
  void (async () => {
    for await (const frames of socket) answers += frames.length;
  })().catch(() => undefined);
  return { close: () => socket.close(), answers: () => answers };
}

async function openAndClose(round: number): Promise<void> {
  const notes: string[] = [];
  const listening = await openListening({
    host: '127.0.0.1',
    connectionFile: join(newDirectory(), 'private', 'c.json'),
    patience: QUICK,
    packageDir: resolve('.'),
    device: 'cpu',
    threads: 1,
    logFile: join(newDirectory(), 'worker.log'),
    onNote: (sentence) => void notes.push(sentence),
  });
  const known = JSON.parse(readFileSync(listening.place.connectionFile ?? '', 'utf8')) as ConnectionFile;
  const [good, foreign] = [connect(known), connect({ ...known, ...foreignKeys() })];
  if (round % 2 === 0) {
    await until(() => good.answers() > 0);
    await until(() => notes.some((sentence) => sentence.includes('is not on the list')));
    expect(foreign.answers()).toBe(0);
  }
  listening.close();
  for (const peer of [good, foreign]) peer.close();
}

test('guardDomain() tells keys apart in every domain, whoever comes while others open and close', async () => {
  for (let round = 0; round < 40; round += 2) await Promise.all([openAndClose(round), openAndClose(round + 1)]);
});

test('encodeZ85() gives the text of the specification (RFC 32)', () => {
  expect(encodeZ85(Uint8Array.of(0x86, 0x4f, 0xd2, 0x6f, 0xb5, 0x59, 0xf7, 0x5b))).toBe('HelloWorld');
});

test('encodeZ85() reads bytes where they lie in a larger buffer', () => {
  const buffer = Buffer.from([0, 0, 0, 0x86, 0x4f, 0xd2, 0x6f]);
  expect(encodeZ85(buffer.subarray(3))).toBe('Hello');
});

test('encodeZ85() writes 32 bytes as long as the keys of zeromq are', () => {
  expect(encodeZ85(new Uint8Array(32).fill(255))).toHaveLength(makeKeyPair().publicKey.length);
});
