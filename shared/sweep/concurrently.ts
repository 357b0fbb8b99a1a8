type Ended<R> = { readonly ok: true; readonly result: R } | { readonly ok: false; readonly error: unknown };

/**
 * Runs `work` over a source, so many at a time, and yields results as they come. The source is pulled only when there is
 * room, so that nothing piles up. A failure ends it, as does a consumer that stops listening.
 */
export async function* concurrently<T, R>(
  source: AsyncIterable<T>,
  limit: number,
  work: (item: T) => Promise<R>,
): AsyncGenerator<R> {
  const pool = workPool<R>();
  for await (const item of source) {
    pool.start(work(item));
    while (pool.hasResult() || pool.running() >= limit) yield await pool.next();
  }
  while (pool.hasResult() || pool.running() > 0) yield await pool.next();
}

const workPool = <R>() => {
  const ended: Ended<R>[] = [];
  let running = 0;
  let wake = (): void => undefined;
  const end = (one: Ended<R>): void => {
    running -= 1;
    ended.push(one);
    wake();
  };
  return {
    running: () => running,
    hasResult: () => ended.length > 0,
    start: (work: Promise<R>): void => {
      running += 1;
      work.then(
        (result) => end({ ok: true, result }),
        (error: unknown) => end({ ok: false, error }),
      );
    },
    next: async (): Promise<R> => {
      if (ended.length === 0) {
        await new Promise<void>((resolve) => {
          wake = resolve;
        });
      }
      const one = ended.shift();
      if (one === undefined) throw new Error('woken without a result');
      if (!one.ok) throw one.error;
      return one.result;
    },
  };
};
