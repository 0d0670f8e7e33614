/** Forms as browsers without script send them. */
import type { Context } from 'hono';
import { bytesOf, textOf, type VisitEnv } from '../http/index.ts';

export type Form = Readonly<Record<string, string>>;

/** The fields of a form; of one sent twice the last. None, when it is no form or larger than any of ours. */
export async function formOf(c: Context<VisitEnv>): Promise<Form> {
  const text = await textOf(c.req.raw);
  return typeof text === 'string' ? Object.fromEntries(new URLSearchParams(text)) : {};
}

/** A form with a file in it. */
export interface FileForm {
  readonly fields: Form;
  /** The file, where one was chosen. */
  readonly file: File | undefined;
}

/** The fields and the file of a form; undefined, when it is no such form or larger than `bytesMax`. */
export async function fileFormOf(c: Context<VisitEnv>, bytesMax: number): Promise<FileForm | undefined> {
  const type = c.req.header('content-type');
  const bytes = await bytesOf(c.req.raw, bytesMax);
  if (!(bytes instanceof Uint8Array) || type === undefined) return undefined;
  const form = await new Response(bytes, { headers: { 'content-type': type } })
    .formData()
    .catch(() => undefined);
  if (!form) return undefined;
  const values = [...form] as [name: string, value: string | File][];
  const texts = values.flatMap(([name, value]) => (typeof value === 'string' ? [[name, value]] : []));
  const file = values.map(([, value]) => value).find((value) => typeof value !== 'string' && value.size > 0);
  return { fields: Object.fromEntries(texts), file: file as File | undefined };
}
