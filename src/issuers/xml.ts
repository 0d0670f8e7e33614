/** XML as ISO 20022 uses it: elements in order, texts, one attribute. No document type, no entities of its own. */
import { XMLBuilder, XMLParser, XMLValidator } from 'fast-xml-parser';

/** Elements in the order they are written; a text, or an amount with its currency, at the end of each path. */
export interface Element {
  readonly [name: string]: Element | readonly Element[] | string | undefined;
}

// Far larger than one message about one transfer.
const lengthMax = 65_536;

// The parser forgets namespaces with their prefixes: the first element's is looked for in the text.
const messageForm =
  /^(?:<\?[^>]*>|<!--[\s\S]*?-->|\s)*<(?:\w+:)?Document\b[^>]*\bxmlns(?::\w+)?="urn:iso:std:iso:20022:tech:xsd:([a-z]{4}(?:\.\d{2,3}){3})"/;

const builder = new XMLBuilder({ ignoreAttributes: false, attributeNamePrefix: '@', textNodeName: '#' });
const parser = new XMLParser({
  ignoreAttributes: false,
  attributeNamePrefix: '@',
  textNodeName: '#',
  removeNSPrefix: true,
  parseTagValue: false,
  parseAttributeValue: false,
  trimValues: true,
});

/** A document of one message: its namespace ends with the message's name. */
export const writeMessage = (name: string, content: Element): string =>
  `<?xml version="1.0" encoding="UTF-8"?>${builder.build({
    Document: { '@xmlns': `urn:iso:std:iso:20022:tech:xsd:${name}`, ...content },
  })}`;

/** The content of a message, and which it is; throws when the text is not one. */
export function readMessage(text: string): { name: string; content: unknown } {
  if (text.length > lengthMax) throw new Error('the message is too long');
  // What an entity stands for could be anything, of any size.
  if (/<!(?:DOCTYPE|ENTITY)/i.test(text)) throw new Error('a message must not have a document type');
  if (XMLValidator.validate(text) !== true) throw new Error('not XML');
  const name = messageForm.exec(text)?.[1];
  const content: unknown = parser.parse(text).Document;
  if (name === undefined || content === undefined) throw new Error('not an ISO 20022 message');
  return { name, content };
}

/** What stands at a path of elements: of several the first; undefined when there is none. */
export function at(content: unknown, path: string): unknown {
  let found: unknown = content;
  for (const name of path.split('/')) {
    const one = Array.isArray(found) ? found[0] : found;
    found = typeof one === 'object' && one !== null ? Reflect.get(one, name) : undefined;
  }
  return Array.isArray(found) ? found[0] : found;
}

export function textAt(content: unknown, path: string): string | undefined {
  const found = at(content, path);
  if (typeof found === 'string') return found;
  const text = typeof found === 'object' && found !== null ? Reflect.get(found, '#') : undefined;
  return typeof text === 'string' ? text : undefined;
}
