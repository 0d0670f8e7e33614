/**
 * A ZIP archive (APPNOTE 6.3.9) written piece by piece: what has to be remembered between two pieces is plain data,
 * so that whoever goes on need not be who began. Pieces are compressed each by itself; one after the other they are
 * one stream. Archives stay below 4 GB.
 */
import { constants, crc32, deflateRawSync } from 'node:zlib';

interface Entry {
  readonly name: string;
  readonly offset: number;
  readonly crc: number;
  /** Bytes in the archive, and as they were. */
  readonly packed: number;
  readonly size: number;
}

export interface ZipState {
  readonly offset: number;
  readonly entries: readonly Entry[];
  /** What is being written. */
  readonly open: Entry | null;
}

export const emptyZip: ZipState = { offset: 0, entries: [], open: null };

// Sizes follow behind the data; names are UTF-8.
const flags = 0x0808;
const deflated = 8;
const version = 20;
// The first day that the format knows: the same rows always give the same file.
const date = 0x0021;
const encoder = new TextEncoder();

/** Takes pieces together and keeps count of them. */
export class Zip {
  #state: ZipState;
  readonly #pieces: Uint8Array[] = [];

  constructor(state: ZipState) {
    this.#state = state;
  }

  get state(): ZipState {
    return this.#state;
  }

  /** What was written since the archive was taken up. */
  bytes(): Uint8Array<ArrayBuffer> {
    const whole = new Uint8Array(this.#pieces.reduce((size, { length }) => size + length, 0));
    let at = 0;
    for (const piece of this.#pieces) {
      whole.set(piece, at);
      at += piece.length;
    }
    return whole;
  }

  begin(name: string): void {
    const entry: Entry = { name, offset: this.#state.offset, crc: 0, packed: 0, size: 0 };
    this.#state = { ...this.#state, open: entry };
    const text = encoder.encode(name);
    this.#put(fields([4, 0x04034b50], [2, version], [2, flags], [2, deflated], [2, 0], [2, date]));
    this.#put(fields([4, 0], [4, 0], [4, 0], [2, text.length], [2, 0]));
    this.#put(text);
  }

  write(text: string): void {
    const data = encoder.encode(text);
    this.#pack(deflateRawSync(data, { finishFlush: constants.Z_FULL_FLUSH }), data);
  }

  end(): void {
    // An empty last block: all before it say that more follows.
    this.#pack(new Uint8Array([3, 0]), new Uint8Array());
    const { open } = this.#state;
    if (!open) return;
    this.#put(fields([4, 0x08074b50], [4, open.crc], [4, open.packed], [4, open.size]));
    this.#state = { ...this.#state, open: null, entries: [...this.#state.entries, open] };
  }

  /** The list of everything, which ends the archive. */
  close(): void {
    const { offset, entries } = this.#state;
    for (const { name, offset: at, crc, packed, size } of entries) {
      const text = encoder.encode(name);
      this.#put(
        fields([4, 0x02014b50], [2, version], [2, version], [2, flags], [2, deflated], [2, 0], [2, date]),
      );
      this.#put(fields([4, crc], [4, packed], [4, size], [2, text.length], [2, 0], [2, 0], [2, 0], [2, 0]));
      this.#put(fields([4, 0], [4, at]));
      this.#put(text);
    }
    const [count, size] = [entries.length, this.#state.offset - offset];
    this.#put(
      fields([4, 0x06054b50], [2, 0], [2, 0], [2, count], [2, count], [4, size], [4, offset], [2, 0]),
    );
  }

  #pack(packed: Uint8Array, data: Uint8Array): void {
    const { open } = this.#state;
    if (!open) throw new Error('nothing is being written');
    const crc = crc32(data, open.crc);
    const grown = { ...open, crc, packed: open.packed + packed.length, size: open.size + data.length };
    this.#state = { ...this.#state, open: grown };
    this.#put(packed);
  }

  #put(bytes: Uint8Array): void {
    this.#pieces.push(bytes);
    this.#state = { ...this.#state, offset: this.#state.offset + bytes.length };
  }
}

/** Numbers of two or four bytes, the lowest first. */
function fields(...numbers: readonly [2 | 4, number][]): Uint8Array {
  const bytes = new Uint8Array(numbers.reduce((size, [length]) => size + length, 0));
  const view = new DataView(bytes.buffer);
  let at = 0;
  for (const [length, number] of numbers) {
    if (length === 2) view.setUint16(at, number, true);
    else view.setUint32(at, number, true);
    at += length;
  }
  return bytes;
}
