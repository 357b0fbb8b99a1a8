import * as z from 'zod/mini';

/** One guard for many accounts: which organization, and how the guard gets into its members. */

const matching = (pattern: RegExp, what: string) => z.string().check(z.regex(pattern, what));
const region = matching(/^[a-z]{2,4}(-[a-z]+)+-\d$/, 'must be a Region such as eu-west-1');

const stackSetSchema = z.strictObject({
  /** Roots and units whose accounts are guarded, those of tomorrow too. The management account is never reached by a StackSet. */
  organizationalUnits: z
    .array(matching(/^(r-[a-z0-9]{4,32}|ou-[a-z0-9]{4,32}-[a-z0-9]{8,32})$/, 'must be a root or OU id such as r-ab12'))
    .check(z.minLength(1, 'must name at least one root or OU')),
  /** Where members' keys are guarded. */
  regions: z.array(region).check(z.minLength(1, 'must name at least one Region')),
  /** `SELF` from the management account. */
  callAs: z._default(z.enum(['DELEGATED_ADMIN', 'SELF']), 'DELEGATED_ADMIN'),
});

export const organizationSchema = z.strictObject({
  id: matching(/^o-[a-z0-9]{10,32}$/, 'must be an organization id such as o-a1b2c3d4e5'),
  /** Asked for when the guard assumes its role in a member account. Not a secret, but not to be guessed. */
  externalId: matching(/^[\w+=,.@:/-]{16,256}$/, 'must have 16 to 256 characters out of letters, digits and +=,.@:/-_'),
  /** The guard's role in each member account. */
  responderRole: z._default(matching(/^[\w+=,.@-]{1,64}$/, 'must be the name of a role'), 'kms-guard-responder'),
  /** May the guard write its findings into the Security Hub of the members? */
  importFindings: z._default(z.boolean(), false),
  /** Null: the member template is deployed by other means. */
  stackSet: z._default(z.nullable(stackSetSchema), null),
});

export type OrganizationConfig = z.infer<typeof organizationSchema>;
