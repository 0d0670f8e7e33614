/** What the pages of routing and limits say. */
import { catalogue } from '../../messages.ts';
import { en } from './texts/en.ts';
import { km } from './texts/km.ts';
import { ky } from './texts/ky.ts';
import { ru } from './texts/ru.ts';
import { th } from './texts/th.ts';
import { zh } from './texts/zh.ts';

export const rulesTexts = catalogue({ en, ky, ru, th, km, zh });
