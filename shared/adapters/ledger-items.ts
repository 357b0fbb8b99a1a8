import type { AttributeValue } from '@aws-sdk/client-dynamodb';
import type { Finding, LedgerEntry } from '../ledger/entries.ts';
import type { RemedyBudget } from '../remedies/remedy-names.ts';
import type { SlackAnswer } from '../slack-actions/slack-answer.ts';
import type { ListedVersion } from '../ledger/policy-versions.ts';

/**
 * The table's items. One table, `pk` and `sk`, documents as JSON text in `doc`, and as attributes only what DynamoDB
 * itself must compare or expire.
 *
 * | item | pk | sk |
 * | --- | --- | --- |
 * | claim on an event | `CLAIM#guard#eventID` | `CLAIM` |
 * | breaker: hour | `BREAKER#account`, of rescues `BREAKER#account#rescues` | `HOUR#n` |
 * | breaker: slot of one event | the same | `SLOT#eventID` |
 * | entry about a key | `KEY#arn` or `NOKEY#account#region` | `ENTRY#eventTime#eventID#guard` |
 * | entry about an event that a sweep brought | the same | `ENTRY#time#eventID#guard#sweep` |
 * | record of a key | `KEY#arn` | `RECORD` |
 * | policies of a key, newest first | `KEY#arn` | `POLICIES` |
 * | text of one policy | `KEY#arn` | `POLICY#time#hash` |
 * | restore of a policy, once | `KEY#arn` | `RESTORE#hash` |
 * | finding | `FINDINGS#account#region` | finding id |
 * | summary of a sweep | `SWEEPS` | `startedAt#id` |
 * | approvals of a key | `APPROVALS` | key ARN |
 * | waivers of the ledger | `WAIVERS` | `ALL` |
 * | Slack request that was used | `SLACK#hash` | `USED` |
 * | answer given in Slack | `KEY#arn`, or `NOKEY` | `ANSWER#time#id` |
 * | body that could not be read | `UNREADABLE` | `time#hash` |
 */
export type Item = Record<string, AttributeValue>;

export const text = (value: string): AttributeValue => ({ S: value });
export const number = (value: number): AttributeValue => ({ N: String(value) });

/** Claims and breaker items outlive every redelivery: a queue keeps a message 14 days. */
const keptSeconds = 30 * 86_400;
export const expiry = (nowInMilliseconds: number): AttributeValue =>
  number(Math.floor(nowInMilliseconds / 1000) + keptSeconds);

export const claimKey = (guard: string, eventID: string): Item => ({
  pk: text(`CLAIM#${guard}#${eventID}`),
  sk: text('CLAIM'),
});

type Budgeted = { readonly account: string; readonly budget: RemedyBudget };

const breakerPartition = ({ account, budget }: Budgeted): AttributeValue =>
  text(budget === 'others' ? `BREAKER#${account}` : `BREAKER#${account}#${budget}`);

export const hourKey = (of: Budgeted, now: number): Item => ({
  pk: breakerPartition(of),
  sk: text(`HOUR#${Math.floor(now / 3_600_000)}`),
});

export const slotKey = (of: Budgeted, eventID: string): Item => ({
  pk: breakerPartition(of),
  sk: text(`SLOT#${eventID}`),
});

export const recordKey = (keyArn: string): Item => ({ pk: text(`KEY#${keyArn}`), sk: text('RECORD') });

export const policyListKey = (keyArn: string): Item => ({ pk: text(`KEY#${keyArn}`), sk: text('POLICIES') });

export const policyKey = (keyArn: string, { at, hash }: Pick<ListedVersion, 'at' | 'hash'>): Item => ({
  pk: text(`KEY#${keyArn}`),
  sk: text(`POLICY#${at}#${hash}`),
});

/** `hash` is that of the policy that was not to stand. */
export const restoreKey = (keyArn: string, hash: string): Item => ({
  pk: text(`KEY#${keyArn}`),
  sk: text(`RESTORE#${hash}`),
});

export const findingKey = ({ account, region, id }: Pick<Finding, 'account' | 'region' | 'id'>): Item => ({
  pk: text(`FINDINGS#${account}#${region}`),
  sk: text(id),
});

export const sweepsPartition = 'SWEEPS';
export const sweepItemKey = ({ startedAt, id }: { readonly startedAt: string; readonly id: string }): Item => ({
  pk: text(sweepsPartition),
  sk: text(`${startedAt}#${id}`),
});

export const approvalsPartition = 'APPROVALS';
export const approvalsKey = (keyArn: string): Item => ({ pk: text(approvalsPartition), sk: text(keyArn) });

export const waiversKey: Item = { pk: text('WAIVERS'), sk: text('ALL') };

export const answerKey = ({ id, at, value }: SlackAnswer): Item => ({
  pk: text(value.keyArn === null ? 'NOKEY' : `KEY#${value.keyArn}`),
  sk: text(`ANSWER#${at}#${id}`),
});

/** `hash` is that of the request's signature. */
export const slackRequestKey = (hash: string): Item => ({ pk: text(`SLACK#${hash}`), sk: text('USED') });

/** An event that a sweep brought has an entry for each time, and stands among those of that time: reports read by it. */
export const entryKey = ({ call, eventID, guard, broughtBy, at }: LedgerEntry): Item => {
  const about = `${eventID}#${guard}`;
  return {
    pk: text(call.keyArn === null ? `NOKEY#${call.account}#${call.region}` : `KEY#${call.keyArn}`),
    sk: text(broughtBy === undefined ? `ENTRY#${call.eventTime}#${about}` : `ENTRY#${at}#${about}#${broughtBy}`),
  };
};
