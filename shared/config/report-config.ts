import * as z from 'zod/mini';
import { isTimeZone } from './time-zone.ts';

/** Compliance reports: when, and how their evidence is kept. They are made from the ledger and the last sweep. */

const whole = (minimum: number, maximum: number) => z.int().check(z.minimum(minimum), z.maximum(maximum));

export const reportKinds = ['daily', 'weekly', 'monthly'] as const;
export type ReportKind = (typeof reportKinds)[number];

export const reportsSchema = z
  .strictObject({
    /** Weekly ones on Monday, monthly ones on the first; empty: none at all. */
    schedules: z._default(z.array(z.enum(reportKinds)), ['weekly']),
    /** Of the day, in `timeZone`; later than the sweep. */
    hour: z._default(whole(0, 23), 6),
    timeZone: z._default(
      z.string().check(z.refine(isTimeZone, 'must be a time zone such as Europe/Berlin')),
      'Etc/UTC',
    ),
    /** In the head of each report. */
    title: z._default(z.string().check(z.minLength(1), z.maxLength(100)), 'KMS keys'),
    /** What nobody may delete so long: GOVERNANCE yields to a special permission, COMPLIANCE to nobody. */
    objectLock: z._default(
      z.nullable(z.strictObject({ mode: z.enum(['GOVERNANCE', 'COMPLIANCE']), days: whole(1, 36_500) })),
      null,
    ),
    /** Days after which reports go; as long as Object Lock holds them at least. */
    keptDays: z._default(whole(1, 36_500), 1_100),
    /** An asymmetric key for SIGN_VERIFY that signs the manifest of each report. */
    signingKeyArn: z._default(
      z.nullable(
        z
          .string()
          .check(z.regex(/^arn:aws[a-z-]*:kms:[a-z0-9-]+:\d{12}:key\/[A-Za-z0-9-]+$/, 'must be the ARN of a key')),
      ),
      null,
    ),
    signingAlgorithm: z._default(
      z.enum(['RSASSA_PSS_SHA_256', 'RSASSA_PKCS1_V1_5_SHA_256', 'ECDSA_SHA_256']),
      'ECDSA_SHA_256',
    ),
    /** Imports findings into Security Hub CSPM of each account and Region where they stand. */
    securityHub: z._default(z.boolean(), false),
    /** The link in the alert opens the report for so long; AWS may end it sooner, with the session that made it. */
    linkHours: z._default(whole(1, 12), 6),
  })
  .check(
    z.refine(({ objectLock, keptDays }) => objectLock === null || keptDays >= objectLock.days, {
      path: ['keptDays'],
      error: 'must be at least as long as objectLock.days',
    }),
    z.refine(({ schedules }) => new Set(schedules).size === schedules.length, {
      path: ['schedules'],
      error: 'must name each schedule once',
    }),
  );

export type ReportsConfig = z.infer<typeof reportsSchema>;

export const defaultReports: ReportsConfig = reportsSchema.parse({});
