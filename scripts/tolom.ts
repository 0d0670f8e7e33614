// The command line: decode, encode and draw EMV QR codes.

import { writeFileSync } from 'node:fs';
import { text as textOf } from 'node:stream/consumers';
import { parseArgs } from 'node:util';
import { encode as encodePng } from 'fast-png';
import encodeQR from 'qr';
import { decode, type EncodeData, encode, toWire } from '../src/emv/index.ts';

const HELP = `tolom: EMV merchant-presented QR codes

  tolom decode [PAYLOAD]         read a code (or one on standard input), print it as JSON
  tolom decode --jsonl           read JSON strings, one a line, print one JSON object a line
  tolom encode [JSON]            make a code from JSON (or from standard input): what decode prints,
                                 or {"dataObjects":[{"id":"00","value":"01"},…],"checksum":"crc16"}
  tolom qr [PAYLOAD]             draw a code in the terminal
      --svg | --png              … or as a picture
      --out FILE                 … into a file

  --ignore-checksum              decode: read codes whose checksum is wrong, for looking at them
  --help                         this text

Exit status: 0 done, 1 refused, 2 wrong usage. With --jsonl a refused line is an answer, and the status 0.
`;

/** A line of JSON holding 4,096 characters, every one of them escaped twice over, is far shorter. */
const LINE_LENGTH_MAX = 1 << 20;
/** Modules of quiet zone (ISO/IEC 18004 asks four) and pixels a module. */
const QUIET_ZONE = 4;
const PIXELS = 8;

const DONE = 0;
const REFUSED = 1;
const USAGE = 2;

const wrongShape = {
  ok: false,
  code: 'invalid-data',
  field: '',
  detail: 'the JSON is not the shape of a code',
} as const;

interface Options {
  jsonl?: boolean | undefined;
  svg?: boolean | undefined;
  png?: boolean | undefined;
  out?: string | undefined;
  'ignore-checksum'?: boolean | undefined;
}

// A reader that has seen enough (`| head`) closes the pipe: that ends the work, it is no failure.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  process.exit(error.code === 'EPIPE' ? DONE : REFUSED);
});

process.exitCode = await main(process.argv.slice(2));

async function main(args: string[]): Promise<number> {
  let command: string | undefined;
  let operands: string[];
  let options: Options & { help?: boolean | undefined };
  try {
    const parsed = parseArgs({
      args,
      allowPositionals: true,
      options: {
        jsonl: { type: 'boolean' },
        svg: { type: 'boolean' },
        png: { type: 'boolean' },
        out: { type: 'string' },
        'ignore-checksum': { type: 'boolean' },
        help: { type: 'boolean', short: 'h' },
      },
    });
    [command, ...operands] = parsed.positionals;
    options = parsed.values;
  } catch (error) {
    return usage((error as Error).message);
  }
  if (options.help || command === 'help') {
    process.stdout.write(HELP);
    return DONE;
  }
  if (operands.length > 1) return usage('one payload at a time; quote it where it holds spaces');
  const [operand] = operands;
  if (command === 'decode')
    return options.jsonl ? decodeLines(options, operand) : decodeOne(options, operand);
  if (command === 'encode') return encodeOne(operand);
  if (command === 'qr') return draw(options, operand);
  return usage(command === undefined ? 'no command is given' : `there is no command ${command}`);
}

function usage(why: string): number {
  process.stderr.write(`tolom: ${why}\n\n${HELP}`);
  return USAGE;
}

async function decodeOne(options: Options, operand: string | undefined): Promise<number> {
  const result = decode(await operandOrInput(operand), checksumOption(options));
  process.stdout.write(`${JSON.stringify(toWire(result))}\n`);
  return result.ok ? DONE : REFUSED;
}

async function decodeLines(options: Options, operand: string | undefined): Promise<number> {
  if (operand !== undefined) return usage('--jsonl reads its payloads from standard input');
  process.stdin.setEncoding('utf8');
  let rest = '';
  let skipping = false;
  for await (const chunk of process.stdin) {
    const lines = (rest + chunk).split('\n');
    rest = lines.pop() ?? '';
    let answers = '';
    for (const line of lines) {
      // The end of a line already answered as too long.
      if (skipping) skipping = false;
      else answers += `${answerTo(line, options)}\n`;
    }
    if (rest.length > LINE_LENGTH_MAX) {
      if (!skipping) answers += `${answerTo(rest, options)}\n`;
      skipping = true;
      rest = '';
    }
    await print(answers);
  }
  if (rest !== '' && !skipping) await print(`${answerTo(rest, options)}\n`);
  return DONE;
}

/** The JSON answer to one line of JSON. */
function answerTo(line: string, options: Options): string {
  if (line.length > LINE_LENGTH_MAX)
    return refusal('too-long', `a line has at most ${LINE_LENGTH_MAX} characters`);
  let payload: unknown;
  try {
    payload = JSON.parse(line);
  } catch (error) {
    return refusal('not-json', (error as Error).message);
  }
  return JSON.stringify(toWire(decode(payload as string, checksumOption(options))));
}

function refusal(code: string, detail: string): string {
  return JSON.stringify({ ok: false, code, position: 0, detail });
}

async function encodeOne(operand: string | undefined): Promise<number> {
  const text = await operandOrInput(operand);
  let data: EncodeData;
  try {
    data = JSON.parse(text) as EncodeData;
  } catch (error) {
    return usage(`encode reads JSON: ${(error as Error).message}`);
  }
  const result = typeof data === 'object' && data !== null ? tryEncode(data) : wrongShape;
  if (result.ok) {
    process.stdout.write(`${result.payload}\n`);
    return DONE;
  }
  process.stderr.write(`${JSON.stringify(result)}\n`);
  return REFUSED;
}

/** JSON comes untyped: a number for a name, a text for a list. That is the data's fault, not a crash. */
function tryEncode(data: EncodeData): ReturnType<typeof encode> | typeof wrongShape {
  try {
    return encode(data);
  } catch {
    return wrongShape;
  }
}

async function draw(options: Options, operand: string | undefined): Promise<number> {
  if (options.svg && options.png) return usage('a picture is --svg or --png, not both');
  const payload = await operandOrInput(operand);
  const checked = decode(payload);
  if (!checked.ok)
    process.stderr.write(`tolom: drawn, but not a valid code: ${checked.code}, ${checked.detail}\n`);
  let picture: string | Uint8Array;
  try {
    picture = options.png ? pngOf(payload) : pictureOf(payload, options.svg ? 'svg' : 'term');
  } catch (error) {
    process.stderr.write(`tolom: ${(error as Error).message}\n`);
    return REFUSED;
  }
  if (options.out === undefined) process.stdout.write(picture);
  else writeFileSync(options.out, picture);
  return DONE;
}

function pictureOf(payload: string, kind: 'svg' | 'term'): string {
  return `${encodeQR(payload, kind, { ecc: 'medium', border: kind === 'svg' ? QUIET_ZONE : 2 })}\n`;
}

function pngOf(payload: string): Uint8Array {
  const rows = encodeQR(payload, 'raw', { ecc: 'medium', border: QUIET_ZONE, scale: PIXELS });
  const data = Uint8Array.from(rows.flat(), (dark) => (dark ? 0 : 255));
  return encodePng({ width: rows.length, height: rows.length, data, channels: 1, depth: 8 });
}

/** An operand as given, or standard input without the line break that ends it. */
async function operandOrInput(operand: string | undefined): Promise<string> {
  return operand ?? (await textOf(process.stdin)).replace(/\r?\n$/, '');
}

function checksumOption(options: Options): { checksum: 'verify' | 'ignore' } {
  return { checksum: options['ignore-checksum'] ? 'ignore' : 'verify' };
}

/** Writes, and waits where the reader is slower than the work. */
async function print(text: string): Promise<void> {
  if (text === '' || process.stdout.write(text)) return;
  await new Promise((resolve) => process.stdout.once('drain', resolve));
}
