/** The sandbox partner's books in a file: a line per change, on disk before anybody hears of it. */
import {
  closeSync,
  existsSync,
  fdatasyncSync,
  ftruncateSync,
  openSync,
  readFileSync,
  writeSync,
} from 'node:fs';
import type { SandboxRecord, SandboxStore } from '../../src/issuers/index.ts';

export function fileStore(path: string): SandboxStore & { close(): void } {
  const { records, bytes } = booksIn(path);
  const file = openSync(path, existsSync(path) ? 'r+' : 'w');
  // A line that was cut off when the process was killed was never answered.
  ftruncateSync(file, bytes);
  let end = bytes;
  return {
    async change(key, change) {
      const before = records.get(key);
      const record = change(before);
      if (!record || record === before) return record;
      end += writeSync(file, `${JSON.stringify({ key, record })}\n`, end);
      fdatasyncSync(file);
      records.set(key, record);
      return record;
    },
    close: () => closeSync(file),
  };
}

/** What the file says, and how much of it is whole lines. */
export function booksIn(path: string): { records: Map<string, SandboxRecord>; bytes: number } {
  const records = new Map<string, SandboxRecord>();
  const whole = existsSync(path) ? readFileSync(path) : Buffer.alloc(0);
  const bytes = whole.lastIndexOf(0x0a) + 1;
  for (const line of whole.subarray(0, bytes).toString('utf8').split('\n').filter(Boolean)) {
    const { key, record } = JSON.parse(line);
    records.set(key, record);
  }
  return { records, bytes };
}
