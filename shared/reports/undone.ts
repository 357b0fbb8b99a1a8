import type { ReportAction } from './report-input.ts';

/** How far the remedies undid a call: `part`, where a key was saved and another remedy failed; null where none was run. */
export const undoneOf = ({ outcomes }: Pick<ReportAction, 'outcomes'>): 'whole' | 'part' | 'not' | 'already' | null => {
  const isDone = outcomes.some(({ outcome }) => outcome === 'done');
  if (outcomes.some(({ outcome }) => outcome === 'failed' || outcome === 'refused')) return isDone ? 'part' : 'not';
  if (isDone) return 'whole';
  return outcomes.length > 0 ? 'already' : null;
};
