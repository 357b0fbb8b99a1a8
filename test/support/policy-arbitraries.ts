import fc from 'fast-check';
import { condition } from './condition-arbitraries.ts';

/** Random key policies and principal-consistent requests from small pools, so that statements and requests meet often. */

export const OWN = '111122223333';
export const PARTNER = '333344445555';
export const FOREIGN = '444455556666';
export const OTHER = '999911112222';
export const OWN_ORG = 'o-own0000001';
export const FOREIGN_ORG = 'o-ext0000001';
export const KEY = `arn:aws:kms:eu-west-1:${OWN}:key/1234abcd-12ab-34cd-56ef-1234567890ab`;

export const ACCOUNTS = [OWN, PARTNER, FOREIGN, OTHER];
const NAMES = ['Admin', 'app/Reader', 'Good'];

const principalText = fc.oneof(
  fc.constant('*'),
  fc.constantFrom(...ACCOUNTS.map((account) => `arn:aws:iam::${account}:root`)),
  fc.constantFrom(OWN, FOREIGN),
  fc
    .tuple(fc.constantFrom(OWN, FOREIGN), fc.constantFrom(...NAMES))
    .map(([account, name]) => `arn:aws:iam::${account}:role/${name}`),
  fc.constantFrom(OWN, FOREIGN).map((account) => `arn:aws:iam::${account}:user/ann`),
  fc.constantFrom(OWN, FOREIGN).map((account) => `arn:aws:sts::${account}:assumed-role/Good/s1`),
);

const principal = fc.oneof(
  { weight: 3, arbitrary: fc.constant<unknown>('*') },
  { weight: 5, arbitrary: fc.array(principalText, { minLength: 1, maxLength: 3 }).map((AWS): unknown => ({ AWS })) },
  { weight: 2, arbitrary: principalText.map((AWS): unknown => ({ AWS })) },
  {
    weight: 1,
    arbitrary: fc.constantFrom('cloudtrail.amazonaws.com', 's3.amazonaws.com').map((Service): unknown => ({ Service })),
  },
);

const ACTIONS = [
  'kms:*',
  '*',
  'kms:Decrypt',
  'kms:De*',
  'KMS:GenerateDataKey*',
  'kms:PutKeyPolicy',
  'kms:CreateGrant',
  'kms:?ncrypt',
  'k*:Decrypt',
];
const action = fc.oneof(
  fc.constantFrom(...ACTIONS),
  fc.array(fc.constantFrom(...ACTIONS), { minLength: 1, maxLength: 2 }),
);

const conditionBlock = fc.array(condition, { maxLength: 3 }).map((tests) => {
  const block: Record<string, Record<string, unknown>> = {};
  for (const one of tests) (block[one.operator] ??= {})[one.key] = one.values;
  return block;
});

const statement = fc
  .record({
    effect: fc.constantFrom('Allow', 'Allow', 'Deny'),
    principal,
    not: fc.constantFrom(false, false, false, false, false, false, false, true),
    action,
    notAction: fc.constantFrom(false, false, false, false, false, true),
    resource: fc.constantFrom<unknown>(
      '*',
      '*',
      '*',
      '*',
      KEY,
      `${KEY.slice(0, -3)}*`,
      'arn:aws:kms:eu-west-1:111122223333:key/other',
      'arn:aws:kms:*:${aws:PrincipalAccount}:key/*',
    ),
    conditions: conditionBlock,
  })
  .map(
    (parts): Record<string, unknown> => ({
      Effect: parts.effect,
      [parts.not && parts.principal !== '*' ? 'NotPrincipal' : 'Principal']: parts.principal,
      [parts.notAction ? 'NotAction' : 'Action']: parts.action,
      Resource: parts.resource,
      ...(Object.keys(parts.conditions).length === 0 ? {} : { Condition: parts.conditions }),
    }),
  );

export type PolicyDocument = { readonly Version: string; readonly Statement: readonly Record<string, unknown>[] };

export const policyDocument: fc.Arbitrary<PolicyDocument> = fc.record({
  Version: fc.constantFrom('2012-10-17', '2012-10-17', '2012-10-17', '2008-10-17'),
  Statement: fc.array(statement, { minLength: 1, maxLength: 5 }),
});
