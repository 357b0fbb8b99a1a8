import type { GuardName } from './rules/define-rule.ts';

/** Everything that a heartbeat goes through. */
export type Beating = GuardName | 'self-guard';

/**
 * Every name here is one metric of CloudWatch, whoever sends it: it costs by the hour, and an account has ten free for ever.
 * What need not raise an alarm and is no figure of the dashboard's first row stands in the log, for Logs Insights.
 */
export const metricUnits = {
  'heartbeat.deletion-guard': 'Count',
  'heartbeat.rotation-guard': 'Count',
  'heartbeat.policy-guard': 'Count',
  'heartbeat.self-guard': 'Count',
  /** Messages in all dead-letter queues together, see `docs/operations.md`. */
  deadLetters: 'Count',
  /** From the call to the decision. Its samples are the decisions. */
  eventToDecision: 'Milliseconds',
  /** From the call to the remedy. Its samples are the remedies that were done. */
  eventToRemedy: 'Milliseconds',
  /** Remedies that were tried and not done. */
  remedyFailed: 'Count',
  /** Alerts, and what follows on them, that reached one destination. */
  delivered: 'Count',
  /** Regions that a sweep read in full, of all that it was to read. */
  sweepCoverage: 'Percent',
} as const satisfies Readonly<Record<`heartbeat.${Beating}`, 'Count'>> &
  Readonly<Record<string, 'Count' | 'Milliseconds' | 'Percent'>>;

export type MetricName = keyof typeof metricUnits;

/** One namespace and one dimension for all functions: the same name of two of them is one metric. */
export const metricSource = { namespace: 'KmsGuard', service: 'kms-guard' } as const;

/** Null for a guard that there is not: whoever writes into the outbox makes no metric. */
export const heartbeatMetric = (guard: string): MetricName | null => {
  switch (guard) {
    case 'deletion-guard':
    case 'rotation-guard':
    case 'policy-guard':
    case 'self-guard':
      return `heartbeat.${guard}`;
    default:
      return null;
  }
};
