import * as fastCheck from 'fast-check';
import { expect } from 'vitest';
import type { Bundle } from './bundle.ts';
import { Collector, type Test } from './collect.ts';

/** One evaluation of the sources and the tests. */
export type Copy = { readonly testsOf: (file: string) => readonly Test[]; readonly forget: () => void };

export const copyOf = (bundled: Bundle): Copy => {
  const known = new Map<string, readonly Test[]>();
  let loading: Collector | null = null;
  const { loaders, forget } = bundled.evaluate((name) => {
    if (name === 'vitest') return { expect, ...loading?.api() };
    return name === 'fast-check' ? fastCheck : null;
  });
  const load = (file: string): readonly Test[] => {
    loading = new Collector(file);
    loaders.get(file)?.();
    known.set(file, loading.tests);
    return loading.tests;
  };
  return { testsOf: (file) => known.get(file) ?? load(file), forget };
};
