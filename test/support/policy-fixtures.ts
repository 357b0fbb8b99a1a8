import {
  analyze,
  type KeyPolicy,
  parsePolicy,
  type PolicyAnalysis,
  type TrustZone,
  zoneOf,
} from '../../shared/policy/index.ts';

/** Short ways to write a key policy in a test. */

export const OWN = '111122223333';
export const FOREIGN = '444455556666';
export const OWN_ORG = 'o-own0000001';
export const KEY_ARN = `arn:aws:kms:eu-west-1:${OWN}:key/1234abcd-12ab-34cd-56ef-1234567890ab`;
export const ownZone: TrustZone = zoneOf(OWN, OWN_ORG);

export type Part = Readonly<Record<string, unknown>>;

export const allow = (Principal: unknown, Action: unknown, more: Part = {}): Part => ({
  Effect: 'Allow',
  Principal,
  Action,
  Resource: '*',
  ...more,
});

export const deny = (Action: unknown, Condition?: unknown, more: Part = {}): Part => ({
  Effect: 'Deny',
  Principal: '*',
  Action,
  Resource: '*',
  ...(Condition === undefined ? {} : { Condition }),
  ...more,
});

export const role = (name: string, account = OWN): Part => ({ AWS: `arn:aws:iam::${account}:role/${name}` });
export const root = (account = OWN): Part => ({ AWS: `arn:aws:iam::${account}:root` });
export const delegation = allow(root(), 'kms:*', { Sid: 'root' });

export const policyOf = (...Statement: readonly Part[]): KeyPolicy => {
  const parsed = parsePolicy(JSON.stringify({ Version: '2012-10-17', Statement }));
  if (parsed.kind === 'refused')
    throw new Error(parsed.errors.map(({ path, message }) => `${path}: ${message}`).join('; '));
  return parsed.policy;
};

export const analysisOf = (
  statements: readonly Part[],
  zone: TrustZone = ownZone,
  keyArn: string | null = KEY_ARN,
): PolicyAnalysis => analyze(policyOf(...statements), zone, { keyArn });

/** `external arn:...` of each class that gets in, once. */
export const whoIn = (analysis: PolicyAnalysis): readonly string[] => [
  ...new Set(analysis.access.map((one) => `${one.who} ${one.principal}`)),
];
