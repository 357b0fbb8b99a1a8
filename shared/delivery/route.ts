import type { Alert } from '../alerts/alert.ts';
import type { AlertsConfig } from '../config/alerts-config.ts';
import { severities, type Severity } from '../rules/define-rule.ts';

/** What routing looks at. */
export type Routable = {
  readonly severity: Severity;
  readonly account: string;
  readonly rules: readonly string[];
  /** Null where they are unknown. */
  readonly tags: Readonly<Record<string, string>> | null;
  readonly urgent: boolean;
};

export type Routed = {
  /** Names of channels, at least one; `default` is the guard's own topic. */
  readonly to: readonly string[];
  readonly when: 'now' | 'digest';
};

type Route = AlertsConfig['routes'][number];

/** Where an alert goes: to the channels of every route that fits, or else to the default topic. Pure. */
export const routeOf = (config: AlertsConfig, alert: Routable): Routed => {
  const answers = config.routes.map((route) => ({ route, fit: fitOf(route, alert) }));
  const to = answers.flatMap(({ route, fit }) => (fit === 'fits' ? route.to : []));
  // An owner whom unknown tags hide must not miss it alone: the default topic hears of it as well.
  const fallback = to.length === 0 || answers.some(({ fit }) => fit === 'unknown') ? ['default'] : [];
  return { to: [...new Set([...to, ...fallback])], when: isQuiet(config, alert) ? 'digest' : 'now' };
};

const fitOf = ({ when }: Route, alert: Routable): 'fits' | 'not' | 'unknown' => {
  const others =
    rank(alert.severity) >= rank(when.severity) &&
    (when.accounts.length === 0 || when.accounts.includes(alert.account)) &&
    (when.rules.length === 0 || alert.rules.some((rule) => when.rules.includes(rule)));
  if (!others) return 'not';
  const wanted = Object.entries(when.tags);
  if (wanted.length === 0) return 'fits';
  const { tags } = alert;
  if (tags === null) return 'unknown';
  const owned = wanted.some(([key, value]) => Object.hasOwn(tags, key) && (value === '*' || tags[key] === value));
  return owned ? 'fits' : 'not';
};

const rank = (severity: Severity): number => severities.indexOf(severity);

/** Nothing about a pending deletion ever waits. */
const isQuiet = ({ quiet }: AlertsConfig, { severity, urgent }: Routable): boolean =>
  quiet !== null && !urgent && rank(severity) < rank(quiet.below);

export const asksForTags = (config: AlertsConfig): boolean =>
  config.routes.some(({ when }) => Object.keys(when.tags).length > 0);

/**
 * May a key be lost by waiting? It is pending deletion, somebody wanted it so, or its state is unknown: unknown is not safe.
 * An event that could not be read may be about anything, and a tripped breaker leaves every key to people.
 */
export const isUrgent = (alert: Alert): boolean => {
  if (alert.kind === 'waivers') return false;
  if (alert.kind !== 'key') return true;
  const { keyState, deletionDate, eventName, decision, outcomes } = alert;
  return (
    keyState === null ||
    keyState === 'PendingDeletion' ||
    keyState === 'PendingReplicaDeletion' ||
    deletionDate !== null ||
    eventName === 'ScheduleKeyDeletion' ||
    decision.remedy === 'cancelKeyDeletion' ||
    decision.wouldRemedy === 'cancelKeyDeletion' ||
    outcomes.some(({ remedy }) => remedy === 'cancelKeyDeletion')
  );
};
