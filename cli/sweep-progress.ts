import type { Clock } from '../shared/ports.ts';
import type { Io } from './command.ts';
import type { SweepProgress } from './sweep-run.ts';

const width = 24;
const betweenInMilliseconds = 100;

export type ProgressBar = { readonly show: (progress: SweepProgress) => void; readonly clear: () => void };

/** One line on stderr that is written over, and only where a person sees it. */
export const progressBar = (io: Pick<Io, 'progress' | 'stderr'>, clock: Clock): ProgressBar => {
  let shownAt = Number.NEGATIVE_INFINITY;
  if (!io.progress) return { show: () => undefined, clear: () => undefined };
  return {
    show: (progress) => {
      if (clock.now() - shownAt < betweenInMilliseconds) return;
      shownAt = clock.now();
      io.stderr(`\r\u001b[K${line(progress)}`);
    },
    clear: () => io.stderr('\r\u001b[K'),
  };
};

const line = ({ regions, regionsDone, keys, findings }: SweepProgress): string => {
  const done = regions === 0 ? width : Math.floor((regionsDone / regions) * width);
  const bar = `${'#'.repeat(done)}${'-'.repeat(width - done)}`;
  return `[${bar}] ${regionsDone} of ${regions} Regions, ${keys} keys, ${findings} findings`;
};
