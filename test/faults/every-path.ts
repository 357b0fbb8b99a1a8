import { approvedPaths } from './approved-paths.ts';
import { livePaths } from './live-paths.ts';
import { type Path, paths } from './paths.ts';

/** Every way of one event through a guard and the notifier. */
export const everyPath: readonly Path[] = [...paths, ...approvedPaths, ...livePaths];
