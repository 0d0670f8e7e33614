import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { checksumOf, crc16, sha256 } from '../../src/emv/index.ts';

const utf8 = (text: string) => new TextEncoder().encode(text);
const hex = (bytes: Uint8Array) => Buffer.from(bytes).toString('hex');

describe('CRC-16/CCITT-FALSE', () => {
  it.each([
    ['the check value of the catalogue', '123456789', 0x29b1],
    ['nothing', '', 0xffff],
    ['one letter', 'A', 0xb915],
    ['a sum with a leading zero', '000201010212', crcByBits('000201010212')],
  ])('%s', (_, text, sum) => expect(crc16(text)).toBe(sum));

  it('is the textbook loop over UTF-8, at every length', () => {
    for (let length = 0; length < 70; length++) {
      const text = 'Көп 最佳运输 😀 0123456789 abcdefghijklmnopqrstuvwxyz'.repeat(2).slice(0, length);
      if (text.isWellFormed()) expect(crc16(text)).toBe(crcByBits(text));
    }
  });

  it('keeps its leading zeros', () => {
    const bodies = Array.from({ length: 5000 }, (_, n) => `body ${n}`);
    const small = bodies.find((body) => crc16(`${body}6304`) < 0x100);
    expect(checksumOf('crc16', small ?? '')).toMatch(/^00[0-9A-F]{2}$/);
  });
});

function crcByBits(text: string): number {
  let crc = 0xffff;
  for (const byte of utf8(text)) {
    crc ^= byte << 8;
    for (let bit = 0; bit < 8; bit++) crc = (crc & 0x8000 ? (crc << 1) ^ 0x1021 : crc << 1) & 0xffff;
  }
  return crc;
}

describe('SHA-256', () => {
  // FIPS 180-4, examples of one and two blocks, and nothing at all.
  it.each([
    ['', 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855'],
    ['abc', 'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad'],
    [
      'abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq',
      '248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1',
    ],
  ])('of "%s"', (text, digest) => expect(hex(sha256(utf8(text)))).toBe(digest));

  it('is the one of the platform, at every length around the blocks', () => {
    for (let length = 0; length < 300; length++) {
      const bytes = Uint8Array.from({ length }, (_, n) => (n * 31 + length) & 0xff);
      expect(hex(sha256(bytes))).toBe(createHash('sha256').update(bytes).digest('hex'));
    }
  });

  it('a million letters', () => {
    const digest = 'cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0';
    expect(hex(sha256(utf8('a'.repeat(1_000_000))))).toBe(digest);
  });
});
