import type { Severity } from '../../rules/define-rule.ts';
import type { SlackStatus } from './slack-input.ts';

/** A picture never stands alone: the word is always beside it. */
export const severityIcons: Readonly<Record<Severity, string>> = {
  critical: '🔴',
  high: '🟠',
  medium: '🟡',
  low: '🔵',
  info: '⚪',
};

export const severityWord = (severity: Severity): string => severity.toUpperCase();

type StatusWords = { readonly icon: string; readonly word: string; readonly sentence: string };

export const statusWords: Readonly<Record<SlackStatus, StatusWords>> = {
  open: { icon: '🔔', word: 'Open', sentence: 'Nobody has answered yet.' },
  cancelled: { icon: '🛟', word: 'Cancelled', sentence: 'The deletion was cancelled.' },
  restored: { icon: '↩️', word: 'Restored', sentence: 'The key is again as it was.' },
  approved: { icon: '☑️', word: 'Approved', sentence: 'A second person approved the deletion.' },
  acknowledged: { icon: '👀', word: 'Acknowledged', sentence: 'Somebody looks after it.' },
  snoozed: { icon: '💤', word: 'Snoozed', sentence: 'It is raised again later.' },
  kept: { icon: '🔒', word: 'Kept', sentence: 'The key is kept.' },
  resolved: { icon: '✅', word: 'Resolved', sentence: 'Nothing is left to do.' },
};

const minute = 60_000;
const hour = 60 * minute;
const day = 24 * hour;

const counted = (count: number, unit: string): string => `${count} ${unit}${count === 1 ? '' : 's'}`;

/** `2026-11-27 09:14 UTC`; an unreadable time as it came. */
export const utc = (at: string): string => {
  const time = Date.parse(at);
  return Number.isNaN(time) ? at : `${new Date(time).toISOString().slice(0, 16).replace('T', ' ')} UTC`;
};

/**
 * How long until a key is deleted, such as `in 6 days 23 hours`. KMS deletes within 24 hours after the date that DescribeKey
 * shows, which is why there is no promise once it has passed. Null where the date is unreadable.
 */
export const untilDeletion = (deletionDate: string, now: number): string | null => {
  const left = Date.parse(deletionDate) - now;
  if (Number.isNaN(left)) return null;
  if (left <= 0) return 'at any moment: the waiting period has ended';
  const days = Math.floor(left / day);
  const hours = Math.floor((left % day) / hour);
  if (days > 0) return `in ${counted(days, 'day')}${hours > 0 ? ` ${counted(hours, 'hour')}` : ''}`;
  if (hours > 0) return `in ${counted(hours, 'hour')}`;
  return `in ${counted(Math.max(1, Math.floor(left / minute)), 'minute')}`;
};
