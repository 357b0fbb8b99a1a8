import fc from 'fast-check';
import { canCarry, KMS_ACTIONS } from '../../shared/policy/action-catalogue.ts';
import { type KeyRequest, type RequestContext, withCallerKeys } from '../../shared/policy/request.ts';
import { FOREIGN, FOREIGN_ORG, KEY, OTHER, OWN, OWN_ORG } from './policy-arbitraries.ts';
import { chosenContext } from './request-arbitraries.ts';

const STRANGER_ORG = 'o-rr00000000';

/** What AWS would send for a person outside the zone, however the call travels. */
const outsiderPerson = fc
  .record({
    account: fc.constantFrom(FOREIGN, '555512341234', OTHER),
    resource: fc.constantFrom('role/Admin', 'role/x1', 'role/Good', 'user/bob', 'root', 'assumed-role/Good/s1'),
    org: fc.constantFrom(null, FOREIGN_ORG, STRANGER_ORG),
    unit: fc.constantFrom('', 'ou-ab12-11111111/'),
    mode: fc.constantFrom('internet', 'endpoint', 'via'),
    address: fc.constantFrom('8.8.8.8', '203.0.113.9', '2600::1'),
    endpoint: fc.constantFrom('vpce-0a1b2c3d4e5f60001', 'vpce-0123'),
    service: fc.constantFrom('s3.eu-west-1.amazonaws.com', 'ec2.eu-west-1.amazonaws.com'),
    flag: fc.boolean(),
  })
  .map(({ account, resource, org, unit, mode, address, endpoint, service, flag }) => {
    const root = resource === 'root';
    const role = resource.includes('role/');
    const session = resource.startsWith('assumed-role/');
    const orgKeys =
      org === null ? {} : { 'aws:PrincipalOrgID': org, 'aws:PrincipalOrgPaths': [`${org}/r-ab12/${unit}`] };
    const travel = {
      internet: { 'aws:SourceIp': address },
      endpoint: { 'aws:SourceVpce': endpoint },
      via: { 'kms:ViaService': service, 'kms:GrantIsForAWSResource': String(flag) },
    }[mode];
    return {
      principal: `arn:aws:${session ? 'sts' : 'iam'}::${account}:${resource}`,
      principalType: 'AWS' as const,
      tags: !root,
      context: {
        'aws:PrincipalIsAWSService': 'false',
        'aws:ViaAWSService': String(mode === 'via'),
        'aws:userid': root ? account : role ? 'AROAXYZ:a' : 'AIDAXYZ',
        'aws:PrincipalType': root ? 'Account' : role ? 'AssumedRole' : 'User',
        ...(resource.startsWith('user/') ? { 'aws:username': resource.slice('user/'.length) } : {}),
        ...(role ? { 'aws:MultiFactorAuthPresent': String(flag) } : {}),
        ...orgKeys,
        ...travel,
      },
    };
  });

const outsiderService = fc
  .record({
    principal: fc.constantFrom('cloudtrail.amazonaws.com', 's3.amazonaws.com', 'sns.amazonaws.com'),
    account: fc.option(fc.constantFrom(FOREIGN, '555512341234'), { nil: null }),
    arn: fc.option(fc.constantFrom('cloudtrail', 'bucket', 'sns'), { nil: null }),
  })
  .map(({ principal: name, account, arn }) => {
    const source = account ?? FOREIGN;
    const arns = {
      cloudtrail: `arn:aws:cloudtrail:eu-west-1:${source}:trail/t`,
      bucket: 'arn:aws:s3:::own-evil',
      sns: `arn:aws:sns:eu-west-1:${source}:t`,
    };
    return {
      principal: name,
      principalType: 'Service' as const,
      tags: false,
      context: {
        'aws:PrincipalIsAWSService': 'true',
        'aws:PrincipalServiceName': name,
        'aws:PrincipalServiceNamesList': [name],
        'aws:ViaAWSService': 'false',
        ...(account === null ? {} : { 'aws:SourceAccount': account }),
        ...(arn === null ? {} : { 'aws:SourceArn': arns[arn] }),
      },
    };
  });

const LIST = 'kms:EncryptionContextKeys';

/** A call has `kms:EncryptionContext:App` exactly when the names of its encryption context list App. */
const withContextNames = (chosen: RequestContext): RequestContext => {
  const listed = chosen[LIST];
  const others = [listed ?? []].flat().filter((name) => name !== 'App');
  if ('kms:EncryptionContext:App' in chosen) return { ...chosen, [LIST]: ['App', ...others] };
  return listed === undefined ? chosen : { ...chosen, [LIST]: others };
};

/** A consistent request from outside the zone of `OWN` in `OWN_ORG`, for an action that KMS offers across accounts. */
export const outsiderRequest: fc.Arbitrary<KeyRequest> = fc
  .record({
    who: fc.oneof({ weight: 5, arbitrary: outsiderPerson }, { weight: 1, arbitrary: outsiderService }),
    action: fc.constantFrom(...KMS_ACTIONS.filter((one) => one.crossAccount)),
    chosen: chosenContext,
    now: fc.constantFrom('2026-06-01T00:00:00Z', '2031-01-01T00:00:00Z', '2019-01-01T00:00:00Z'),
  })
  .map(({ who, action: called, chosen, now }) => {
    const all: RequestContext = {
      ...withContextNames(chosen),
      ...who.context,
      'aws:ResourceAccount': OWN,
      'aws:ResourceOrgID': OWN_ORG,
      'aws:CurrentTime': now,
      'aws:EpochTime': String(Date.parse(now) / 1000),
    };
    const possible = Object.entries(all).filter(([key, value]) => {
      if (!canCarry(called, key.toLowerCase()) || value === '*') return false;
      if (key.startsWith('aws:PrincipalTag/')) return who.tags;
      return key !== 'aws:MultiFactorAuthAge' || all['aws:MultiFactorAuthPresent'] === 'true';
    });
    const { principal: name, principalType } = who;
    return withCallerKeys({
      principal: name,
      principalType,
      action: called.name,
      resource: KEY,
      context: Object.fromEntries(possible),
    });
  });
