/**
 * Cap'n Proto text, as far as a workerd configuration needs it: https://capnproto.org/language.html#constants.
 * Values are plain objects, so that a configuration reads like one and quoting happens in one place.
 */
export type Capnp =
  | string
  | boolean
  | number
  | Embed
  | readonly Capnp[]
  | { readonly [field: string]: Capnp };

/** The content of a file, named relative to the configuration that embeds it. */
export class Embed {
  readonly path: string;
  constructor(path: string) {
    this.path = path;
  }
}

/** A complete configuration file: one constant of workerd's `Config` type. */
export function configFile(config: Capnp): string {
  return [
    '# Written by npm start, and again at each start: changes here are lost.',
    'using Workerd = import "/workerd/workerd.capnp";',
    `const config :Workerd.Config = ${render(config, '')};`,
    '',
  ].join('\n');
}

function render(value: Capnp, indent: string): string {
  if (typeof value === 'string') return quote(value);
  if (typeof value === 'boolean' || typeof value === 'number') return String(value);
  if (value instanceof Embed) return `embed ${quote(value.path)}`;
  const inner = `${indent}  `;
  if (isList(value)) {
    return block(
      '[',
      ']',
      indent,
      [...value].map((item) => render(item, inner)),
    );
  }
  const fields = Object.entries(value).map(([name, field]) => `${name} = ${render(field, inner)}`);
  return block('(', ')', indent, fields);
}

// Array.isArray does not narrow a readonly array out of a union.
function isList(value: Capnp): value is readonly Capnp[] {
  return Array.isArray(value);
}

/** Short things stay on one line, long ones get a line per item: the file is read by people looking for a fault. */
function block(open: string, close: string, indent: string, items: string[]): string {
  const line = items.join(', ');
  if (line.length < 90 && !line.includes('\n')) return `${open}${line}${close}`;
  return `${open}\n${items.map((item) => `${indent}  ${item}`).join(',\n')}\n${indent}${close}`;
}

function quote(text: string): string {
  // The parser knows C escapes; \xNN covers every control character, and UTF-8 passes as it is.
  const escaped = text.replace(
    // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what must be escaped
    /["\\\u0000-\u001f\u007f]/g,
    (character) => `\\x${character.charCodeAt(0).toString(16).padStart(2, '0')}`,
  );
  return `"${escaped}"`;
}
