import { createHash, type Hash } from 'node:crypto';
import { closeSync, fsyncSync, openSync } from 'node:fs';
import { unwritable, writeAll } from '../../base/files/files.ts';

const BUFFER_CHARACTERS = 1 << 17;

/** Size and SHA-256 of a written file. */
export interface WrittenFile {
  readonly bytes: number;
  readonly sha256: string;
}

/** A new text file written line by line through a buffer, hashed on the way. Owns the open file until `close()`. */
export class LineWriter {
  readonly #path: string;
  readonly #descriptor: number;
  readonly #hash: Hash = createHash('sha256');
  #pending: string[] = [];
  #pendingCharacters = 0;
  #bytes = 0;
  #isOpen = true;

  /** @throws BalpmError (environment) when the file cannot be created. */
  constructor(path: string) {
    this.#path = path;
    this.#descriptor = this.#guard(() => openSync(path, 'wx'));
  }

  /** Adds one line; `line` has no line end. @throws BalpmError (environment) when writing fails. */
  write(line: string): void {
    this.#pending.push(line, '\n');
    this.#pendingCharacters += line.length + 1;
    if (this.#pendingCharacters >= BUFFER_CHARACTERS) this.#flush();
  }

  /** Writes the buffer, makes the file durable and closes it. */
  close(): WrittenFile {
    try {
      this.#flush();
      this.#guard(() => fsyncSync(this.#descriptor));
    } finally {
      this.abandon();
    }
    return { bytes: this.#bytes, sha256: this.#hash.digest('hex') };
  }

  /** Closes the file without writing the buffer; a closed one stays closed. */
  abandon(): void {
    if (this.#isOpen) closeSync(this.#descriptor);
    this.#isOpen = false;
  }

  #flush(): void {
    const bytes = Buffer.from(this.#pending.join(''));
    this.#pending = [];
    this.#pendingCharacters = 0;
    this.#hash.update(bytes);
    this.#bytes += bytes.length;
    this.#guard(() => writeAll(this.#descriptor, bytes));
  }

  #guard<T>(act: () => T): T {
    try {
      return act();
    } catch (error) {
      throw unwritable(this.#path, error);
    }
  }
}
