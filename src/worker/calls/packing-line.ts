import { type PackedTensors, packInline, packTensors } from '../tensors/pack-tensors.ts';
import type { TensorFiles } from '../tensors/tensor-files.ts';
import { nameOf } from './encode-request.ts';
import type { OpenCall } from './open-call.ts';

/** Packs the arrays of requests in order, however long those of one take to write. */
export class PackingLine {
  readonly #files: TensorFiles;
  #last: Promise<void> = Promise.resolve();
  #length = 0;

  constructor(files: TensorFiles) {
    this.#files = files;
  }

  /** Resolves when nothing waits to be packed any more; undefined when nothing does now. */
  get idle(): Promise<void> | undefined {
    return this.#length === 0 ? undefined : this.#last;
  }

  /** Packs at once what are frames when nothing before it is being written; otherwise in its turn. */
  pack(call: OpenCall, packed: (tensors: PackedTensors) => void, failed: (error: unknown) => void): void {
    const { tensors, operation } = call.attempt.request;
    const inline = this.#length === 0 ? packInline(tensors, nameOf(operation)) : undefined;
    if (inline !== undefined) {
      packed(inline);
      return;
    }
    this.#length += 1;
    const write = async (): Promise<void> => {
      try {
        const written = await this.#write(call);
        if (written !== undefined) packed(written);
      } catch (error) {
        failed(error);
      }
    };
    this.#last = this.#last.then(write).finally(() => {
      this.#length -= 1;
    });
  }

  /** Undefined for a call that was settled meanwhile. */
  async #write(call: OpenCall): Promise<PackedTensors | undefined> {
    if (call.state.phase === 'settled') return undefined;
    const { tensors, operation } = call.attempt.request;
    const writing = new AbortController();
    call.writing = writing;
    const written = await packTensors(tensors, nameOf(operation), this.#files, writing.signal);
    if (!writing.signal.aborted) return written;
    void written.release();
    return undefined;
  }
}
