/** Wakes whoever waits for something to have changed; they look for themselves what. */
export type Signal = { readonly tell: () => void; readonly change: () => Promise<void> };

export const createSignal = (): Signal => {
  let next = Promise.withResolvers<void>();
  return {
    tell: () => {
      next.resolve();
      next = Promise.withResolvers<void>();
    },
    change: () => next.promise,
  };
};
