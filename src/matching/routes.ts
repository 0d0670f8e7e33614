import type { Shell } from '../http/index.ts';
import type { DecidingParts } from './decide.ts';
import { differenceRoutes } from './difference-routes.ts';
import { fileRoutes } from './file-routes.ts';
import { formatRoutes } from './format-routes.ts';

export function matchingRoutes(shell: Shell, parts: DecidingParts): void {
  formatRoutes(shell, parts);
  fileRoutes(shell, parts);
  differenceRoutes(shell, parts);
}
