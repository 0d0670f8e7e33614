/** The pages' scripts as files: bundled from `island*.ts` of each page's folder by `scripts/islands`. */
import { type Asset, assetOf } from './asset.ts';
import { type IslandName, scripts } from './islands.generated.ts';

export type { IslandName } from './islands.generated.ts';

const names = Object.keys(scripts) as IslandName[];

export const islands = Object.fromEntries(
  names.map((name) => [name, assetOf(name, 'js', 'text/javascript; charset=utf-8', scripts[name])]),
) as Record<IslandName, Asset>;
