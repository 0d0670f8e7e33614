import { describe, expect, it } from 'vitest';
import { type Decoded, decode, encode } from '../../src/emv/index.ts';
import { asExpected, type Vector, validVectors, vectors } from './vectors.ts';

function decoded({ payload }: Vector, checksum: 'verify' | 'ignore' = 'verify'): Decoded {
  const result = decode(payload, { checksum });
  if (!result.ok) throw new Error(`${result.code}: ${result.detail}`);
  return result;
}

/** Warnings of ours that say more than EMVCo's rules. */
const ours = /^(crc|length-unit:.*|checksum-kind:.*|(amount|tip|expiry)-unreadable:.*|missing:\d\d-\d\d.*)$/;

describe('valid codes give exactly what is expected', () => {
  it.each(validVectors)('$id', (vector) => {
    const code = decoded(vector);
    expect(asExpected(code)).toEqual(vector.expect);
    expect(code.checksum.kind).toBe(vector.checksum);
    expect(code.payload).toBe(vector.emv ?? vector.payload);
  });
});

describe('invalid codes are refused for the right reason', () => {
  it.each(vectors.filter((vector) => !vector.valid))('$id: $error', ({ payload, error }) => {
    const result = decode(payload);
    expect(result).toMatchObject({ ok: false, code: error, detail: expect.any(String) });
    expect((result as { position: number }).position).toBeGreaterThanOrEqual(0);
    expect((result as { position: number }).position).toBeLessThanOrEqual(payload.length);
  });

  it.each(vectors.filter(({ error }) => error === 'crc'))('$id can be looked at all the same', (vector) => {
    const code = decoded(vector, 'ignore');
    expect(asExpected(code)).toEqual(vector.expect);
    expect(code.checksum.kind).toBeNull();
    expect(code.warnings).toContain('crc');
  });
});

describe('every strict violation is named, and no other', () => {
  it.each(vectors.filter(({ valid, error }) => valid || error === 'crc'))('$id', (vector) => {
    const named = decoded(vector, 'ignore').warnings.filter((warning) => !ours.test(warning));
    expect(named.toSorted()).toEqual(vector.strictViolations?.toSorted());
  });
});

describe('encode is the inverse of decode', () => {
  it.each(validVectors)('$id, object by object', (vector) => {
    const { dataObjects, checksum, lengthUnit, payload } = decoded(vector);
    const checksumCase = checksum.value === checksum.value.toUpperCase() ? 'upper' : 'lower';
    expect(encode({ dataObjects, checksum, lengthUnit, checksumCase })).toEqual({ ok: true, payload });
  });

  it('by names: what is encoded again reads the same, or is refused for breaking a rule', () => {
    let same = 0;
    for (const vector of validVectors) {
      const wire = JSON.parse(JSON.stringify(decoded(vector)));
      const again = encode(wire);
      // No names: tags 65–79, a 01 neither static nor dynamic, a 64 that is no template. `MMK` becomes 104.
      if (wire.warnings.some((warning: string) => /^(rfu|01|53|64-not)/.test(warning))) continue;
      if (!again.ok) {
        expect(wire.warnings, `${vector.id}: ${again.detail}`).not.toEqual([]);
        continue;
      }
      const result = JSON.parse(JSON.stringify(decode(again.payload)));
      for (const key of ['payload', 'checksum', 'link', 'warnings']) delete result[key];
      expect(wire, vector.id).toMatchObject(result);
      same++;
    }
    expect(same).toBeGreaterThan(120);
  });
});

describe('schemes', () => {
  // Codes that say nothing of their scheme but in their source, and fictitious ones.
  const untold = new Set([
    'khqr-015',
    'qr-simple-bo-third-party-test-004',
    'tr-test-001',
    'emvco-generic-029',
    'mastercard-qr-002',
    'mastercard-qr-003',
    'mvisa-001',
    'visa-mastercard-qr-gh-004',
  ]);

  it.each(validVectors.filter(({ id }) => !untold.has(id)))('$id is $scheme', (vector) => {
    const { scheme } = decoded(vector);
    // The specification's own example stands in many a test suite.
    if (vector.scheme === 'EMVCo generic') return expect(scheme).toMatch(/^EMVCo/);
    expect(vector.scheme.replace(/ \(.*/, '')).toBe(scheme.replace(/ \(.*/, ''));
  });

  it.each(validVectors.filter(({ id }) => !untold.has(id)))('$id is at home in $country', (vector) => {
    expect(decoded(vector).country).toBe(vector.country);
  });
});
