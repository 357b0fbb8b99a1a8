import * as z from 'zod/mini';
import { largestShare } from '../sweep/quotas.ts';
import { isTimeZone } from './time-zone.ts';

/** The nightly look at every key: when, where, as whom, and how much of AWS's quotas it may take. */

const accountId = z.string().check(z.regex(/^\d{12}$/, 'must be a 12-digit account id'));
const regionName = z.string().check(z.regex(/^[a-z]{2,}(-[a-z]+)+-\d+$/, 'must be a Region such as eu-west-1'));
const whole = (minimum: number, maximum: number) => z.int().check(z.minimum(minimum), z.maximum(maximum));

export const sweepSchema = z.strictObject({
  enabled: z._default(z.boolean(), true),
  /** Of the day, in `timeZone`. */
  hour: z._default(whole(0, 23), 2),
  timeZone: z._default(z.string().check(z.refine(isTimeZone, 'must be a time zone such as Europe/Berlin')), 'Etc/UTC'),
  /** `own`: the account of the deployment; `organization`: every active account, from the management or a delegated account. */
  accounts: z._default(
    z.union([
      z.enum(['own', 'organization']),
      z.array(accountId).check(z.minLength(1, 'must name at least one account')),
    ]),
    'own',
  ),
  /** A role's name with its path, assumed in every account but the own one. */
  role: z._default(z.nullable(z.string().check(z.regex(/^[\w+=,.@/-]{1,512}$/, "must be a role's name"))), null),
  /** `enabled`: every Region that is enabled in the account. */
  regions: z._default(
    z.union([z.enum(['enabled']), z.array(regionName).check(z.minLength(1, 'must name at least one Region'))]),
    'enabled',
  ),
  /** Each is one Lambda that runs. */
  regionsAtOnce: z._default(whole(1, 1_000), 200),
  /** Of each of AWS's request quotas; workloads come first. */
  quotaShare: z._default(
    z.number().check(z.minimum(0.01), z.maximum(largestShare, `must be at most ${largestShare}`)),
    largestShare,
  ),
  /** Tags, grants and the like of keys that no event touched and no rule flagged, see ADR 12. 1: every night. */
  slowFactsEveryDays: z._default(whole(1, 30), 7),
  /** Of the Regions: when more fail, the sweep stops. What cannot be read is no failure. */
  toleratedFailuresPercent: z._default(whole(0, 100), 25),
});

export type SweepConfig = z.infer<typeof sweepSchema>;

export const defaultSweep: SweepConfig = sweepSchema.parse({});
