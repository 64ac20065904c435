import { chmodSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { ROOT } from './balpm.ts';

/** An interpreter whose zmq sockets write down every frame they receive: what a worker is told, byte for byte. */
export interface WireTap {
  /** For `worker.python`. */
  readonly python: string;
  readonly requests: () => readonly TappedRequest[];
}

/** A request as it came over the wire, without what names one session (ids, times, places). */
export interface TappedRequest {
  readonly operation: string;
  readonly params: unknown;
  /** Frames by the name of their tensor. */
  readonly tensors: Readonly<Record<string, Buffer>>;
}

const SITE = `
import os, struct
import zmq

_receive = zmq.Socket.recv
_log = open(os.environ["BALPM_WIRE_TAP"], "ab", buffering=0)

def receive(self, flags=0, copy=True, track=False):
    frame = _receive(self, flags, copy=copy, track=track)
    data = bytes(frame) if copy else bytes(frame.buffer)
    _log.write(struct.pack("<IB", len(data), bool(self.getsockopt(zmq.RCVMORE))) + data)
    return frame

zmq.Socket.recv = receive
`;

/** Opens a tap that keeps its files in \`directory\`, which is made. */
export function openWireTap(directory: string): WireTap {
  mkdirSync(directory, { recursive: true });
  const log = join(directory, 'frames');
  const python = join(directory, 'python');
  writeFileSync(log, '');
  writeFileSync(join(directory, 'sitecustomize.py'), SITE);
  const interpreter = resolve(ROOT, '.venv/bin/python');
  writeFileSync(
    python,
    `#!/bin/sh\nBALPM_WIRE_TAP='${log}' PYTHONPATH='${directory}':"$PYTHONPATH" exec '${interpreter}' "$@"\n`,
  );
  chmodSync(python, 0o755);
  return { python, requests: () => messagesOf(readFileSync(log)).flatMap(requestOf) };
}

/** The frames of each message, in the order they came. */
function messagesOf(log: Buffer): Buffer[][] {
  const messages: Buffer[][] = [];
  let frames: Buffer[] = [];
  for (let at = 0; at < log.length; ) {
    const end = at + 5 + log.readUInt32LE(at);
    frames.push(log.subarray(at + 5, end));
    if (log[at + 4] === 0) messages.push(frames.splice(0));
    at = end;
  }
  return messages;
}

interface Header {
  readonly type: string;
  readonly op: string;
  readonly params: unknown;
  readonly tensors: readonly { readonly name: string }[];
}

function requestOf([, header, ...frames]: readonly Buffer[]): TappedRequest[] {
  if (header === undefined) return [];
  const { type, op, params, tensors } = JSON.parse(header.toString('utf8')) as Header;
  if (type !== 'request') return [];
  return [
    { operation: op, params, tensors: Object.fromEntries(tensors.map(({ name }, at) => [name, frames[at] as Buffer])) },
  ];
}
