/** `npm run islands`: bundles the pages' scripts; also before every build, test and type check. */
import { writeIslands } from './islands/build.ts';

await writeIslands();
