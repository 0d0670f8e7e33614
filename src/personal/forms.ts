/** How personal data are written, so that the same person is found again, and how little of them may do. */

export interface Holder {
  readonly name: string | null;
  /** E.164. */
  readonly phone: string | null;
  readonly document: string | null;
}

// E.164: a country code, which never begins with 0, and 15 digits at most.
const e164 = /^\+[1-9]\d{6,14}$/;
const documentForm = /^[\p{L}\p{N}]{4,32}$/u;

/**
 * A phone number in E.164; undefined when it is none. `00` stands for the plus sign, and so does a blank at the
 * start: in a query string a plus is one. Numbers without a country code are not guessed at.
 */
export function phoneOf(text: string): string | undefined {
  const bare = text.replace(/^ /, '+').replaceAll(/[\s().-]/g, '');
  const phone = bare.startsWith('00') ? `+${bare.slice(2)}` : bare;
  return e164.test(phone) ? phone : undefined;
}

/** A document's number without blanks and signs, in capitals; undefined when it is none. */
export function documentOf(text: string): string | undefined {
  const bare = text
    .normalize('NFKC')
    .replaceAll(/[\s./-]/g, '')
    .toUpperCase();
  return documentForm.test(bare) ? bare : undefined;
}

/** As those see it who only have to tell one person from another. */
export const masked = ({ name, phone, document }: Holder): Holder => ({
  name: name === null ? null : name.split(/\s+/).map(initialOf).join(' '),
  phone: phone === null ? null : phone.slice(0, countryLength) + endOf(phone.slice(countryLength)),
  document: document === null ? null : endOf(document),
});

const countryLength = 3;
const shownLength = 2;
const dots = '•••';

const initialOf = (word: string): string => `${[...word][0] ?? ''}${dots}`;
const endOf = (text: string): string => dots + [...text].slice(-shownLength).join('');
