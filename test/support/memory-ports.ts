import type { Alert } from '../../shared/alerts/alert.ts';
import type { Move } from '../../shared/delivery/outbox-message.ts';
import type { SetAside } from '../../shared/defence/handle-defence.ts';
import type { Heartbeat } from '../../shared/heartbeat.ts';
import type { MetricName } from '../../shared/metrics.ts';
import type { Clock, GuardPorts } from '../../shared/ports.ts';
import { type MemoryApprovals, memoryApprovals } from './memory-approvals.ts';
import { type MemoryKey, type MemoryKms, memoryKms } from './memory-kms.ts';
import { type MemoryLedger, memoryLedger } from './memory-ledger.ts';
import { memoryWaivers } from './memory-waivers.ts';
import type { WaiverBook } from '../../shared/waiver-book.ts';

export type MemoryPorts = GuardPorts & {
  readonly setAside: SetAside;
  readonly metrics: { readonly name: MetricName; readonly value: number }[];
  readonly kms: MemoryKms;
  readonly ledger: MemoryLedger;
  readonly approvals: MemoryApprovals;
  readonly waivers: WaiverBook;
  readonly alerts: Alert[];
  readonly moves: Move[];
  readonly beats: Heartbeat[];
  readonly dead: { readonly body: string; readonly reason: string }[];
  readonly clock: Clock & { time: number };
};

/** A guard's ports, all in memory. Time stands still but for `sleep`. */
export const memoryPorts = (
  input: { readonly keys?: Readonly<Record<string, MemoryKey>>; readonly now?: number } = {},
): MemoryPorts => {
  const kms = memoryKms(input.keys);
  const alerts: Alert[] = [];
  const moves: Move[] = [];
  const beats: Heartbeat[] = [];
  const dead: { body: string; reason: string }[] = [];
  const metrics: { name: MetricName; value: number }[] = [];
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
    approvals: memoryApprovals(),
    waivers: memoryWaivers(),
    alerts,
    alerter: {
      send: async (alert) => {
        alerts.push(structuredClone(alert));
      },
    },
    moves,
    progress: {
      moved: async (move) => {
        moves.push(move);
      },
    },
    beats,
    pulse: { beat: async (heartbeat) => void beats.push(heartbeat) },
    dead,
    deadLetters: {
      send: async (body, reason) => {
        dead.push({ body, reason });
      },
    },
    clock,
    log: { info: () => undefined, error: () => undefined, metric: (name, value) => void metrics.push({ name, value }) },
    metrics,
    setAside: { count: async () => ({ 'KmsGuard-DeadLetters': dead.length }) },
  };
};
