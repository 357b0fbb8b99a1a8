import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { defenceFile, defencePage } from '../../scripts/defence-page.ts';
import { watchedServices } from '../../shared/defence/watched.ts';

test('docs/self-defence.md is current: otherwise run "npm run docs"', () => {
  expect(readFileSync(defenceFile, 'utf8')).toBe(defencePage());
});

test('each call is in the table once', () => {
  const calls = watchedServices.flatMap(({ eventSource, events }) =>
    events.map(({ name }) => `${eventSource} ${name}`),
  );
  expect(new Set(calls).size).toBe(calls.length);
  for (const { events } of watchedServices)
    expect(events.map(({ name }) => name)).toEqual(events.map(({ name }) => name).toSorted());
});
