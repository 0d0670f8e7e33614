/** What a text may be. Pure. */
import { amountOf } from '../client/index.ts';
import { currencies } from '../emv/index.ts';
import { phoneOf } from '../personal/index.ts';

export interface Wish {
  readonly text: string;
  readonly id: boolean;
  /** E.164. */
  readonly phone: string | undefined;
  readonly email: string | undefined;
  /** As it is written down in each currency. */
  readonly amounts: readonly { readonly minor: number; readonly currency: string }[];
}

// As people write them down, with or without the sign that should stand before the country's code.
const phoneForm = /^\+?[\d\s().-]{9,24}$/;
// As people of one country write it down: whose it is nobody can say without the country's code.
const localForm = /^\(?0[\d\s().-]{8,14}$/;
const emailForm = /^[^\s@]+@[^\s@]+\.[^\s@]+$/;
const amountForm = /^(?!0\d)\d[\d\s\u00a0]*([.,]\d{1,3})?$/;
const idForm = /^[a-z]{3}_[0-9a-z]{20,24}$/;

export function wishOf(given: string): Wish {
  const text = given.trim();
  return {
    text,
    id: idForm.test(text),
    phone: phoneForm.test(text) ? (phoneOf(text) ?? phoneOf(`+${text}`)) : undefined,
    email: emailForm.test(text) ? text.toLowerCase() : undefined,
    amounts: amountForm.test(text) ? amountsOf(text.replaceAll(/[\s\u00a0]/g, '')) : [],
  };
}

/** Whether it names a person: then it belongs into no address, log or history. */
export const isPersonal = (text: string): boolean => {
  const { text: bare, phone, email } = wishOf(text);
  return phone !== undefined || email !== undefined || localForm.test(bare);
};

const amountsOf = (text: string): Wish['amounts'] =>
  currencies().flatMap(({ code }) => {
    const minor = amountOf(text, code);
    return minor === undefined || minor === 0 ? [] : [{ minor, currency: code }];
  });
