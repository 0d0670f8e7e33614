/** `npm start`: the switch on this machine. README.md lists the environment variables. */
import { runInForeground } from './selfhost/foreground.ts';
import { fromProject } from './selfhost/project.ts';

await fromProject(runInForeground);
