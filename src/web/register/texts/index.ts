/** What the register says. */
import { catalogue, type Speaker } from '../../messages.ts';
import { en } from './en.ts';
import { km } from './km.ts';
import { ky } from './ky.ts';
import { ru } from './ru.ts';
import { th } from './th.ts';
import { zh } from './zh.ts';

export const registerTexts = catalogue({ en, ky, ru, th, km, zh });
export type RegisterSay = Speaker<typeof registerTexts>;
