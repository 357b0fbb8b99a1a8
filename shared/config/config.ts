import * as z from 'zod/mini';
import { remedyNames } from '../remedies/remedy-names.ts';
import { alarmsSchema, defaultAlarms } from './alarms-config.ts';
import { alertsSchema, defaultAlerts } from './alerts-config.ts';
import { organizationSchema } from './organization-config.ts';
import { defaultReports, reportsSchema } from './report-config.ts';
import { slackSchema } from './slack-config.ts';
import { defaultSweep, sweepSchema } from './sweep-config.ts';
import { waiverSchema } from './waiver-config.ts';

/** The guard's one configuration file, `guard.config.json`: read by `cdk deploy`, by the Lambdas and by the command line. */

const accountId = z.string().check(z.regex(/^\d{12}$/, 'must be a 12-digit account id'));
const mode = z.enum(['observe', 'enforce']);
const modes = z.partialRecord(z.enum(remedyNames), mode);
const arnPattern = z.string().check(z.regex(/^(arn:|\*)/, 'must be an ARN, where * stands for any text'));
const days = (minimum: number, maximum: number) => z.int().check(z.minimum(minimum), z.maximum(maximum));
const organizationId = z
  .string()
  .check(z.regex(/^o-[a-z0-9]{10,32}$/, 'must be an organization id such as o-a1b2c3d4e5'));
const organizationPath = z
  .string()
  .check(
    z.regex(
      /^o-[a-z0-9]{10,32}\/r-[a-z0-9]+\/(ou-[a-z0-9]+-[a-z0-9]+\/)*$/,
      'must be a path such as o-a1b2c3d4e5/r-ab12/ou-ab12-11111111/',
    ),
  );
const noTrust = {
  organization: null,
  memberAccounts: [],
  accounts: [],
  organizations: [],
  organizationPaths: [],
  services: [],
  networks: [],
};
const severity = z.enum(['info', 'low', 'medium', 'high', 'critical']);

export const configSchema = z
  .strictObject({
    $schema: z.optional(z.string()),
    /** What each remedy may do. `observe` holds no write permission; an account's own entry wins. */
    modes: z._default(
      z.strictObject({
        remedies: z._default(modes, {}),
        accounts: z._default(z.record(accountId, modes), {}),
      }),
      { remedies: {}, accounts: {} },
    ),
    deletion: z._default(
      z.strictObject({
        /** A deletion with a shorter window is never "long enough". */
        minimumWindowInDays: z._default(days(7, 30), 30),
        /** A key used within so many days is in use. */
        unusedForDays: z._default(days(1, 3650), 90),
        /** Keys whose deletion always needs an approval or a waiver. */
        protectedKeys: z._default(z.array(arnPattern), []),
        /** Tags that protect a key: tag key to value, `*` for any value. */
        protectedTags: z._default(z.record(z.string(), z.string()), { 'kms-guard:protected': '*' }),
        /** Who may schedule deletions; empty means anybody may, if the key is proven unused. */
        expectedActors: z._default(z.array(arnPattern), []),
      }),
      {
        minimumWindowInDays: 30,
        unusedForDays: 90,
        protectedKeys: [],
        protectedTags: { 'kms-guard:protected': '*' },
        expectedActors: [],
      },
    ),
    rotation: z._default(
      z.strictObject({
        maximumPeriodInDays: z._default(days(90, 2560), 365),
        /** A key that KMS does not rotate by itself is to be replaced when its material is this old. */
        manualPeriodInDays: z._default(days(1, 3650), 365),
      }),
      { maximumPeriodInDays: 365, manualPeriodInDays: 365 },
    ),
    disabled: z._default(z.strictObject({ maximumDays: z._default(days(1, 3650), 90) }), { maximumDays: 90 }),
    /** Tag keys that every key must carry with a value; as AWS compares them, upper and lower case differ. */
    requiredTags: z._default(z.array(z.string().check(z.minLength(1), z.maxLength(128))), []),
    /** Imported key material that expires within so many days is told. */
    importedMaterial: z._default(z.strictObject({ expiryNoticeInDays: z._default(days(1, 365), 30) }), {
      expiryNoticeInDays: 30,
    }),
    /** Grants older than this on keys that were not used for as long are stale. */
    grants: z._default(z.strictObject({ staleAfterDays: z._default(days(1, 3650), 365) }), { staleAfterDays: 365 }),
    /** Who counts as inside, besides the key's own account. */
    trust: z._default(
      z.strictObject({
        organization: z._default(z.nullable(organizationId), null),
        /** Member accounts of the own organization, as far as a key policy names them by account. */
        memberAccounts: z._default(z.array(accountId), []),
        accounts: z._default(z.array(accountId), []),
        organizations: z._default(z.array(organizationId), []),
        /** As `aws:PrincipalOrgPaths` writes them, `*` allowed. */
        organizationPaths: z._default(
          z.array(z.string().check(z.regex(/^o-[a-z0-9]{10,32}\//, 'must begin with an organization id and /'))),
          [],
        ),
        /** Service principals that may act for anybody. */
        services: z._default(z.array(z.string()), []),
        /** VPC endpoints, VPCs and CIDR blocks: a call from there is inside. */
        networks: z._default(z.array(z.string()), []),
      }),
      noTrust,
    ),
    /** Regions that multi-Region keys may be replicated to; empty means any. */
    replicaRegions: z._default(z.array(z.string()), []),
    /** Brakes: what keeps the guard itself from doing damage. */
    safety: z._default(
      z.strictObject({
        /** Remedies in an hour and account; more trip the breaker. Rescues of deletions have as many of their own. */
        remediesPerHour: z._default(z.int().check(z.minimum(1), z.maximum(10_000)), 100),
        /** Replayed events older than this only alert. */
        replayMaxAgeInMinutes: z._default(z.int().check(z.minimum(0)), 60),
      }),
      { remediesPerHour: 100, replayMaxAgeInMinutes: 60 },
    ),
    rules: z._default(
      z.record(z.string(), z.strictObject({ enabled: z.optional(z.boolean()), severity: z.optional(severity) })),
      {},
    ),
    waivers: z._default(z.array(waiverSchema), []),
    /** No waiver may run longer than so many days from now; null sets no limit on those of this file. */
    waiverMaximumDays: z._default(z.nullable(days(1, 3650)), null),
    /** A waiver that ends within so many days is told. */
    waiverNoticeDays: z._default(days(1, 365), 14),
    /** Where accounts stand in the organization, for waivers of an OU: account id to `o-.../r-.../ou-.../`. */
    accountPaths: z._default(z.record(accountId, organizationPath), {}),
    /** Where alerts go. */
    alerts: z._default(alertsSchema, defaultAlerts),
    /** Where CloudWatch's alarms about the guard itself go besides its topic. */
    alarms: z._default(alarmsSchema, defaultAlarms),
    /** Answers from Slack; null where nobody may answer there. */
    slack: z._default(z.nullable(slackSchema), null),
    /** The nightly look at every key. */
    sweep: z._default(sweepSchema, defaultSweep),
    /** Compliance reports. */
    reports: z._default(reportsSchema, defaultReports),
    /** The member accounts that this guard looks after; null: only its own account. */
    organization: z._default(z.nullable(organizationSchema), null),
  })
  .check(
    z.refine(({ sweep, organization }) => sweep.accounts === 'own' || sweep.role !== null || organization !== null, {
      path: ['sweep', 'role'],
      error: 'must name the role to assume in other accounts, where there is no organization with responder roles',
    }),
  );

export type GuardConfig = z.infer<typeof configSchema>;
export type Waiver = z.infer<typeof waiverSchema>;
export type Mode = z.infer<typeof mode>;

export const defaultConfig: GuardConfig = configSchema.parse({});
