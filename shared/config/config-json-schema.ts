import * as z from 'zod/mini';
import { configSchema } from './config.ts';

/** What an editor shows over a key, by JSON Schema path; the constraints themselves come from the zod schema. */
export const descriptions: Readonly<Record<string, string>> = {
  modes: 'What each remedy may do: observe (the default, no write permission at all) or enforce.',
  'modes.remedies': 'The mode of each remedy, for all accounts.',
  'modes.accounts': 'Modes of one account, by its 12-digit id; they win over those for all accounts.',
  deletion: 'When a scheduled key deletion may stand.',
  'deletion.minimumWindowInDays': 'A deletion with a shorter waiting period is never long enough.',
  'deletion.unusedForDays': 'A key that was used within so many days is in use.',
  'deletion.protectedKeys': 'ARNs of keys whose deletion always needs an approval or a waiver; * stands for any text.',
  'deletion.protectedTags': 'Tags that protect a key: tag key to value, * for any value.',
  'deletion.expectedActors':
    'ARNs of who may schedule deletions; empty means anybody may, if the key is proven unused.',
  rotation: 'How often keys must rotate.',
  'rotation.maximumPeriodInDays': 'A longer rotation period is a violation.',
  'rotation.manualPeriodInDays':
    'A key that KMS does not rotate by itself is to be replaced when its material is this many days old.',
  disabled: 'How long keys may stay disabled.',
  'disabled.maximumDays': 'A key that is disabled for so many days is to be enabled or retired.',
  requiredTags: 'Tag keys that every key must carry with a value; upper and lower case differ.',
  importedMaterial: 'What is told of imported key material.',
  'importedMaterial.expiryNoticeInDays': 'Material that expires within so many days is told.',
  grants: 'How long grants may lie idle.',
  'grants.staleAfterDays': 'A grant of this age, on a key that was not used for as long, is stale.',
  trust: "Who counts as inside, besides the key's own account: everybody else is outside.",
  'trust.organization': 'The own organization, such as o-a1b2c3d4e5; null when there is none.',
  'trust.memberAccounts': 'Member accounts of the own organization, as far as key policies name them by account.',
  'trust.accounts': 'Trusted accounts outside of the organization.',
  'trust.organizations': 'Trusted organizations besides the own one.',
  'trust.organizationPaths':
    'Trusted organizational units, as aws:PrincipalOrgPaths writes them: o-a1b2c3d4e5/r-ab12/ou-ab12-11111111/*.',
  'trust.services': 'Service principals that may act for anybody, such as logs.eu-west-1.amazonaws.com.',
  'trust.networks': 'VPC endpoints, VPCs and CIDR blocks: a call from there is inside.',
  replicaRegions: 'Regions that multi-Region keys may be replicated to; empty means any.',
  safety: 'Brakes: what keeps the guard itself from doing damage.',
  'safety.remediesPerHour':
    'More remedies than this in an hour and account trip the breaker: then the guard only alerts.',
  'safety.replayMaxAgeInMinutes': 'Replayed events older than this only alert.',
  rules: 'Switches a rule on or off, or changes its severity, by rule id.',
  waivers: 'Exemptions from one rule for some keys, each with owner, reason and expiry.',
  waiverMaximumDays: 'No waiver may run longer than so many days from now; null sets no limit on those of this file.',
  waiverNoticeDays: 'A waiver that ends within so many days is told.',
  accountPaths:
    'Where accounts stand in the organization, for waivers of an OU: account id to o-a1b2c3d4e5/r-ab12/ou-ab12-11111111/.',
  sweep: 'The nightly look at every key: when, where, as whom, and how much of the request quotas it may take.',
  'sweep.enabled': 'Whether it is deployed.',
  'sweep.timeZone': 'A name of the IANA time zone database. A night without that hour has no sweep.',
  'sweep.hour': 'The hour of the day at which it begins, in the time zone.',
  'sweep.accounts':
    'Accounts to look at: own, organization (every active account; from the management or a delegated account), or ids.',
  'sweep.role': 'The name of the role to assume in every account but the own one.',
  'sweep.regions': 'Regions to look at, or "enabled" for every Region that is enabled in the account.',
  'sweep.regionsAtOnce': 'So many Regions are looked at at the same time, each by one Lambda.',
  'sweep.quotaShare': 'The part of each request quota that it may take: workloads come first.',
  'sweep.toleratedFailuresPercent': 'When more of the Regions fail, it stops. What cannot be read is no failure.',
  alerts: 'Where alerts go: channels, routes, a daily digest, storms and reminders.',
  organization:
    'The member accounts that this guard looks after, and how it gets into them; null: only its own account.',
  slack: 'Answers from Slack (buttons); null where nobody may answer there.',
};

export type JsonSchema = z.core.JSONSchema.BaseSchema;

/** Of what may also be null, the schema of what it else is. */
const asSchema = (part: JsonSchema | boolean | undefined): JsonSchema | null => {
  if (typeof part !== 'object') return null;
  return part.anyOf?.find((choice) => typeof choice === 'object' && choice.type !== 'null') === undefined
    ? part
    : asSchema(part.anyOf.find((choice) => typeof choice === 'object' && choice.type !== 'null'));
};

const plainSchema = (): JsonSchema => z.toJSONSchema(configSchema, { io: 'input' });

/** The schema of what stands at a path of the configuration; null where nothing may stand. */
export const schemaAt = (path: readonly PropertyKey[]): JsonSchema | null => {
  let schema: JsonSchema | null = plainSchema();
  for (const step of path) {
    if (schema === null) return null;
    if (typeof step === 'number') {
      schema = Array.isArray(schema.items) ? null : asSchema(schema.items);
      continue;
    }
    schema = asSchema(schema.properties?.[String(step)]) ?? asSchema(schema.additionalProperties);
  }
  return schema;
};

/** The keys that may stand at a path: of an object its own, of a record its possible names. */
export const keysAt = (path: readonly PropertyKey[]): readonly string[] => {
  const schema = schemaAt(path);
  if (schema?.properties !== undefined) return Object.keys(schema.properties);
  return asSchema(schema?.propertyNames)?.enum?.filter((name) => typeof name === 'string') ?? [];
};

/** JSON Schema of `guard.config.json`, for editors. */
export const configJsonSchema = (): JsonSchema => {
  const schema = plainSchema();
  for (const [path, description] of Object.entries(descriptions)) {
    const found = path.split('.').reduce<JsonSchema | null>((at, key) => asSchema(at?.properties?.[key]), schema);
    if (found === null) throw new Error(`no "${path}" in the configuration: correct its description`);
    found.description = description;
  }
  return { ...schema, title: 'Configuration of kms-guard' };
};

/** The text of `docs/guard.config.schema.json`. */
export const configJsonSchemaText = (): string => `${JSON.stringify(configJsonSchema(), null, 2)}\n`;
