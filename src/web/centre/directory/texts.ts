/** What the pages of the directory say: merchants, participants, people, accounts. */
import { catalogue } from '../../messages.ts';
import { en } from './texts/en.ts';
import { km } from './texts/km.ts';
import { ky } from './texts/ky.ts';
import { ru } from './texts/ru.ts';
import { th } from './texts/th.ts';
import { zh } from './texts/zh.ts';

export const directoryTexts = catalogue({ en, ky, ru, th, km, zh });
