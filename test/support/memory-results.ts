import { RetryableFault } from '../../shared/ports.ts';
import type { ResultStore } from '../../shared/sweep/result-store.ts';

/** A sweep's bucket in memory. */
export const memoryResults = (): ResultStore & { readonly objects: Map<string, string> } => {
  const objects = new Map<string, string>();
  return {
    objects,
    put: async (key, text) => void objects.set(key, text),
    get: async (key) => objects.get(key) ?? null,
    async *lines(key) {
      const text = objects.get(key);
      if (text === undefined) throw new RetryableFault(`${key} is not there`);
      for (const line of text.split('\n')) if (line !== '') yield line;
    },
  };
};
