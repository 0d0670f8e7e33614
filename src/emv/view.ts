// A walked root with its templates opened one level: what scheme recognition, the strict rules and the
// decoder all look at.

import type { LengthUnit } from './cells.ts';
import { type DataObject, numberOf, type Walk, walkTemplate } from './tlv.ts';
import type { Fields, Template } from './types.ts';

export interface View {
  payload: string;
  /** What lengths are counted by. */
  unit: LengthUnit;
  /** Root values by numeric ID. */
  values: readonly (string | undefined)[];
  objects: readonly DataObject[];
  /** 02–51, in order. 02–25 belong to the card schemes and are never templates. */
  accounts: Template[];
  /** 80–99, in order. */
  unreserved: Template[];
  /** Tag 62, null where absent or not a template. */
  additional: readonly DataObject[] | null;
  /** Tag 64 likewise. */
  language: readonly DataObject[] | null;
}

export function viewOf({ text: payload, objects, values }: Walk, unit: LengthUnit): View {
  const accounts: Template[] = [];
  const unreserved: Template[] = [];
  for (const { id, value } of objects) {
    const tag = numberOf(id);
    if (tag < 2) continue;
    if (tag < 26) accounts.push({ id, value, guid: null, fields: null });
    else if (tag < 52) accounts.push(templateOf(id, value, unit));
    else if (tag >= 80) unreserved.push(templateOf(id, value, unit));
  }
  const additional = values[62] === undefined ? null : walkTemplate(values[62], unit);
  const language = values[64] === undefined ? null : walkTemplate(values[64], unit);
  return { payload, unit, values, objects, accounts, unreserved, additional, language };
}

/** ID → text, null of no template. Of an ID that stands twice the last counts. */
export function fieldsOf(objects: readonly DataObject[] | null): Fields | null {
  if (objects === null) return null;
  const fields: Fields = {};
  for (const { id, value } of objects) fields[id] = value;
  return fields;
}

/** A field of the template with the root ID, or with the GUID in lower case. */
export function fieldAt(view: View, template: string, field: string): string | undefined {
  const byId = template.length === 2;
  for (const candidate of byId && template >= '80' ? view.unreserved : view.accounts) {
    if (byId ? candidate.id === template : candidate.guid?.toLowerCase() === template) {
      return field === '00' ? (candidate.guid ?? undefined) : candidate.fields?.[field];
    }
  }
  return undefined;
}

function templateOf(id: string, value: string, unit: LengthUnit): Template {
  const objects = walkTemplate(value, unit);
  if (objects === null) return { id, value, guid: null, fields: null };
  let guid: string | null = null;
  const fields: Fields = {};
  for (const object of objects) {
    if (object.id === '00') guid = object.value;
    else fields[object.id] = object.value;
  }
  return { id, value, guid, fields };
}
