import type { MemoryPorts } from './memory-ports.ts';

/** The same ports, with a hook before and after each call of each port. */
export const crashing = (ports: MemoryPorts, hook: () => void): MemoryPorts => {
  const wrapped = <Port extends object>(port: Port): Port =>
    new Proxy(port, {
      get: (target, name, receiver) => {
        const value: unknown = Reflect.get(target, name, receiver);
        if (typeof value !== 'function') return value;
        return async (...args: unknown[]) => {
          hook();
          const answer: unknown = await value.apply(target, args);
          hook();
          return answer;
        };
      },
    });
  const { reader, writer, history, ledger, approvals, waivers, alerter, pulse, deadLetters } = ports;
  return {
    ...ports,
    reader: wrapped(reader),
    writer: wrapped(writer),
    history: wrapped(history),
    ledger: wrapped(ledger),
    approvals: wrapped(approvals),
    waivers: wrapped(waivers),
    alerter: wrapped(alerter),
    pulse: wrapped(pulse),
    deadLetters: wrapped(deadLetters),
  };
};
