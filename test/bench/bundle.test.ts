import { expect, test } from 'vitest';
import { gzipBytesMax, measureBundle } from '../../bench/growth/bundle.ts';

test('the Worker is small enough to start fast, and to be uploaded on any plan', async () => {
  const { bytes, gzipBytes } = await measureBundle();
  expect(gzipBytes).toBeLessThan(gzipBytesMax.free / 2);
  expect(bytes).toBeLessThan(7_000_000);
});
