import type { Alert } from '../../shared/alerts/alert.ts';
import type { Clock, GuardPorts } from '../../shared/ports.ts';
import { type MemoryKey, type MemoryKms, memoryKms } from './memory-kms.ts';
import { type MemoryLedger, memoryLedger } from './memory-ledger.ts';

export type MemoryPorts = GuardPorts & {
  readonly kms: MemoryKms;
  readonly ledger: MemoryLedger;
  readonly alerts: Alert[];
  readonly dead: { readonly body: string; readonly reason: string }[];
  readonly clock: Clock & { time: number };
};

/** A guard's ports, all in memory. Time stands still but for `sleep`. */
export const memoryPorts = (
  input: { readonly keys?: Readonly<Record<string, MemoryKey>>; readonly now?: number } = {},
): MemoryPorts => {
  const kms = memoryKms(input.keys);
  const alerts: Alert[] = [];
  const dead: { body: string; reason: string }[] = [];
  const clock = {
    time: input.now ?? Date.parse('2026-11-20T09:15:00Z'),
    now: () => clock.time,
    sleep: async (milliseconds: number) => {
      clock.time += milliseconds;
    },
  };
  return {
    kms,
    reader: kms,
    writer: kms,
    history: kms,
    ledger: memoryLedger(),
    alerts,
    alerter: {
      send: async (alert) => {
        alerts.push(structuredClone(alert));
      },
    },
    dead,
    deadLetters: {
      send: async (body, reason) => {
        dead.push({ body, reason });
      },
    },
    clock,
    log: { info: () => undefined, error: () => undefined, metric: () => undefined },
  };
};
