/** Wakes whoever waits for something to have changed; they look for themselves what. */
export type Signal = { readonly tell: () => void; readonly change: () => Promise<void> };

/** Without `Promise.withResolvers`, which Node 20 lacks. */
export const createSignal = (): Signal => {
  let wake: () => void = () => undefined;
  const sleep = (): Promise<void> =>
    new Promise((resolve) => {
      wake = resolve;
    });
  let next = sleep();
  return {
    tell: () => {
      wake();
      next = sleep();
    },
    change: () => next,
  };
};
