/** `npm run -s openapi [-- ADDRESS]`: prints the OpenAPI document of a switch at that public address. */
import { documentOf } from './openapi/document.ts';

console.log(JSON.stringify(await documentOf(process.argv[2] ?? 'https://switch.example'), null, 2));
