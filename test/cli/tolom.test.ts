import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { decode as decodePng } from 'fast-png';
import decodeQR from 'qr/decode.js';
import { describe, expect, it } from 'vitest';
import { encodeElqr } from '../../src/emv/index.ts';
import { vectors } from '../emv/vectors.ts';

interface Run {
  status: number | null;
  out: string;
  err: string;
}

const script = join(import.meta.dirname, '../../scripts/tolom.ts');

function tolom(
  args: string[],
  input: string | string[] = '',
  readAtMost = Number.POSITIVE_INFINITY,
): Promise<Run> {
  return new Promise((resolve) => {
    const child = spawn(process.execPath, [script, ...args]);
    const run: Run = { status: null, out: '', err: '' };
    child.stdout.on('data', (chunk) => {
      run.out += chunk;
      if (run.out.length > readAtMost) child.stdout.destroy();
    });
    child.stderr.on('data', (chunk) => {
      run.err += chunk;
    });
    child.on('close', (status) => resolve({ ...run, status }));
    child.stdin.on('error', () => {});
    for (const part of [input].flat()) child.stdin.write(part);
    child.stdin.end();
  });
}

const promptpay = '00020101021129370016A0000006770101110113006681222333353037645802TH63041DCF';
const made = encodeElqr({
  provider: 'qr.tolom.kg',
  pointOfInitiationMethod: 'dynamic',
  serviceCode: '1',
  merchantCategoryCode: '5812',
  merchantName: 'Кафе',
  amountMinor: 12550n,
});
const link = made.ok ? made.link : '';

describe('tolom decode', () => {
  it('prints a code as JSON', async () => {
    const { status, out, err } = await tolom(['decode', link]);
    expect({ status, err }).toEqual({ status: 0, err: '' });
    const code = JSON.parse(out);
    expect(code).toMatchObject({
      ok: true,
      profile: 'elqr',
      scheme: 'ELQR',
      country: 'KG',
      pointOfInitiationMethod: 'dynamic',
      amount: { minor: 12550, currency: 'KGS' },
      transactionAmount: '12550',
      transactionCurrency: '417',
      merchantCategoryCode: '5812',
      countryCode: null,
      merchantName: 'Кафе',
      merchantCity: null,
      postalCode: null,
      merchantAccountInformation: [{ id: '32', guid: 'qr.tolom.kg', fields: { '01': '1' } }],
      additionalData: null,
      language: null,
      warnings: ['missing:58', 'missing:60', '59-non-ans'],
    });
    expect(Object.keys(code).slice(0, 17)).toEqual([
      ...['ok', 'profile', 'scheme', 'country', 'pointOfInitiationMethod', 'amount', 'transactionAmount'],
      ...['transactionCurrency', 'merchantCategoryCode', 'countryCode', 'merchantName', 'merchantCity'],
      ...['postalCode', 'merchantAccountInformation', 'additionalData', 'language', 'warnings'],
    ]);
  });

  it('reads standard input, and leaves out its line break', async () => {
    for (const end of ['', '\n', '\r\n']) {
      expect(JSON.parse((await tolom(['decode'], promptpay + end)).out)).toMatchObject({
        ok: true,
        profile: 'promptpay',
      });
    }
  });

  it('prints a refusal, and fails', async () => {
    const { status, out } = await tolom(['decode', promptpay.replace('TH', 'VN')]);
    expect(status).toBe(1);
    expect(JSON.parse(out)).toEqual({ ok: false, code: 'crc', position: 70, detail: expect.any(String) });
    expect((await tolom(['decode', '--ignore-checksum', promptpay.replace('TH', 'VN')])).status).toBe(0);
  });
});

describe('tolom decode --jsonl', () => {
  const linesOf = (out: string) =>
    out
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line));

  it('answers every line, in order', async () => {
    const input = vectors.map(({ payload }) => JSON.stringify(payload)).join('\n');
    const { status, out } = await tolom(['decode', '--jsonl'], input);
    expect(status).toBe(0);
    const answers = linesOf(out);
    expect(answers.length).toBe(vectors.length);
    for (const [n, { id, valid, error }] of vectors.entries()) {
      expect({ id, ok: answers[n].ok, code: answers[n].code }).toEqual({ id, ok: valid, code: error });
    }
  });

  it('answers broken lines too, and goes on', async () => {
    const good = JSON.stringify(promptpay);
    const input = [
      '{broken',
      '',
      '5',
      'null',
      '["x"]',
      '"\\ud800"',
      `"${'0'.repeat(5000)}"`,
      `${good}\r`,
      good,
    ];
    const answers = linesOf((await tolom(['decode', '--jsonl'], input.join('\n'))).out);
    expect(answers.map(({ code, ok }) => code ?? ok)).toEqual([
      ...['not-json', 'not-json', 'not-text', 'not-text', 'not-text', 'malformed', 'too-long', true, true],
    ]);
  });

  it('does not choke on a line without end, nor on a character cut between two chunks', async () => {
    const cyrillic = Buffer.from(JSON.stringify(made.ok ? made.payload : ''));
    const input = ['x'.repeat(3 << 20), '\n', ...[...cyrillic].map((byte) => Buffer.from([byte]))];
    const answers = linesOf((await tolom(['decode', '--jsonl'], input as string[])).out);
    expect(answers).toMatchObject([{ code: 'too-long' }, { ok: true, merchantName: 'Кафе' }]);
  });

  it('stops when its reader does', async () => {
    const input = `${JSON.stringify(promptpay)}\n`.repeat(20_000);
    const { status, err } = await tolom(['decode', '--jsonl'], input, 1000);
    expect({ status, err }).toEqual({ status: 0, err: '' });
  });
});

describe('tolom encode', () => {
  it('makes again what decode printed', async () => {
    const { out } = await tolom(['decode', promptpay]);
    expect(await tolom(['encode'], out)).toEqual({ status: 0, out: `${promptpay}\n`, err: '' });
    expect((await tolom(['encode', out])).out).toBe(`${promptpay}\n`);
  });

  it.each([
    ['data that is no code', '{"merchantName":"x"}', 1, 'missing-field'],
    ['data of the wrong shape', '{"dataObjects":5}', 1, 'invalid-data'],
    ['no object', '[]', 1, 'missing-field'],
    ['null', 'null', 1, 'invalid-data'],
    ['no JSON', 'x', 2, 'encode reads JSON'],
  ])('%s is refused', async (_, input, status, why) => {
    const run = await tolom(['encode'], input);
    expect(run).toMatchObject({ status, out: '' });
    expect(run.err).toContain(why);
  });
});

describe('tolom qr', () => {
  const folder = mkdtempSync(join(tmpdir(), 'tolom-qr-'));

  it('draws a picture that scans', async () => {
    const file = join(folder, 'code.png');
    expect(await tolom(['qr', link, '--png', '--out', file])).toEqual({ status: 0, out: '', err: '' });
    const { width, height, data } = decodePng(readFileSync(file));
    const rgba = Uint8Array.from({ length: width * height * 4 }, (_, n) =>
      n % 4 === 3 ? 255 : (data[n >> 2] ?? 0),
    );
    expect(decodeQR({ width, height, data: rgba })).toBe(link);
  });

  it('draws vectors, and in the terminal', async () => {
    expect((await tolom(['qr', link, '--svg'])).out).toMatch(/^<svg .*<\/svg>\n$/s);
    expect((await tolom(['qr'], `${link}\n`)).out.split('\n').length).toBeGreaterThan(20);
  });

  it('draws what is no code, but says so', async () => {
    const run = await tolom(['qr', 'hello', '--svg']);
    expect(run).toMatchObject({ status: 0, err: expect.stringContaining('not-mpm') });
    expect((await tolom(['qr', 'x'.repeat(5000)])).status).toBe(1);
  });
});

describe('tolom', () => {
  it.each([[['--help']], [['help']], [['decode', '-h']]])('%j helps', async (args) => {
    expect(await tolom(args)).toMatchObject({
      status: 0,
      out: expect.stringContaining('tolom decode'),
      err: '',
    });
  });

  it.each([
    [[]],
    [['nosuch']],
    [['decode', '--nosuch']],
    [['decode', 'a', 'b']],
    [['decode', '--jsonl', 'a']],
    [['qr', 'a', '--svg', '--png']],
  ])('%j is wrong usage', async (args) => expect(await tolom(args)).toMatchObject({ status: 2, out: '' }));
});
