import { readJson } from '../shared/policy/read-json.ts';
import { visible } from './visible.ts';

const MOST = 14;

/** The lines of a policy text that hold one statement, numbered; empty when the statement is not in the text (a grant). */
export const statementLines = (text: string, index: number): readonly string[] => {
  const reading = readJson(text);
  if (reading.kind === 'error') return [];
  const span =
    reading.spans.get(`$.Statement[${index}]`) ?? (index === 0 ? reading.spans.get('$.Statement') : undefined);
  if (span === undefined) return [];
  const first = text.slice(0, span.start).split('\n').length;
  const last = text.slice(0, span.end).split('\n').length;
  const lines = text
    .split(/\r?\n/)
    .slice(first - 1, last)
    .map(visible);
  const width = String(last).length;
  const shown = lines.slice(0, MOST).map((line, i) => `  ${String(first + i).padStart(width)} | ${line.slice(0, 160)}`);
  return lines.length > MOST ? [...shown, `  ${' '.repeat(width)} | ...`] : shown;
};
