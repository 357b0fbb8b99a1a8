const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;
const actions = new Set<() => void>();

/**
 * Runs `action` when this process ends before the returned function is called: by process.exit, a crash, or a signal
 * that nobody else listens to (whoever listens is expected to stop in good order). Actions are synchronous.
 */
export function onProcessEnd(action: () => void): () => void {
  if (actions.size === 0) {
    process.on('exit', runAll);
    for (const name of SIGNALS) process.on(name, onSignal);
  }
  actions.add(action);
  return () => {
    if (!actions.delete(action) || actions.size > 0) return;
    release();
  };
}

function release(): void {
  process.off('exit', runAll);
  for (const name of SIGNALS) process.off(name, onSignal);
}

function runAll(): void {
  for (const action of [...actions].toReversed()) action();
  actions.clear();
}

function onSignal(name: NodeJS.Signals): void {
  if (process.listenerCount(name) > 1) return;
  runAll();
  release();
  process.kill(process.pid, name);
}
