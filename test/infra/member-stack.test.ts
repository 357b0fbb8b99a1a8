import { App } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { AwsSolutionsChecks } from 'cdk-nag';
import { afterAll, describe, expect, test } from 'vitest';
import * as z from 'zod/mini';
import { memberTemplate } from '../../infra/member-template.ts';
import { MemberStack } from '../../infra/stacks/member-stack.ts';
import { organizationSchema } from '../../shared/config/organization-config.ts';
import { rules } from '../../shared/rules/index.ts';
import { readerSessions, writerSessions } from '../../shared/responder.ts';
import { guardsOf, watchedOperations } from '../../shared/rules/routes.ts';
import { configOf, enforced, guardTemplates, ofType, only, plain, statementsOf } from '../support/guard-template.ts';

const { synthesize, dispose } = guardTemplates();
afterAll(dispose);

const organization = organizationSchema.parse({ id: 'o-a1b2c3d4e5', externalId: 'an-external-id-1' });

const templateSchema = z.object({
  Parameters: z.record(z.string(), z.object({ Type: z.string(), Default: z.optional(z.unknown()) })),
  Conditions: z.record(z.string(), z.unknown()),
  Resources: z.record(
    z.string(),
    z.object({ Type: z.string(), Properties: z.record(z.string(), z.unknown()), Condition: z.optional(z.string()) }),
  ),
});

const member = (config: unknown = {}, some: Partial<typeof organization> = {}) => {
  const template = templateSchema.parse(
    memberTemplate({ rules, config: configOf(config), organization: { ...organization, ...some } }),
  );
  const resources = Object.entries(template.Resources).map(([id, resource]) => ({ id, ...resource }));
  const one = (type: string, prefix = '') => {
    const found = resources.filter(({ Type, id }) => Type === type && id.startsWith(prefix));
    const [first, ...others] = found;
    if (first === undefined || others.length > 0) throw new Error(`${found.length} of ${type} ${prefix}*, not one`);
    return first;
  };
  const grants = resources
    .filter(({ Type, id }) => Type === 'AWS::IAM::Policy' && id.startsWith('Responder'))
    .flatMap(({ Properties, Condition }) =>
      statementsOf(Properties['PolicyDocument']).map(({ sid, actions }) => ({ sid, actions, condition: Condition })),
    );
  return { ...template, resources, one, grants };
};

describe('the member template', () => {
  test('is plain CloudFormation: no assets, bootstrap, transforms, metadata or exports', () => {
    const text = JSON.stringify(memberTemplate({ rules, config: configOf(enforced), organization }));
    expect(text).not.toMatch(
      /BootstrapVersion|AssetParameters|cdk-bootstrap|"Transform"|"Metadata"|"Export"|CDKMetadata/,
    );
    expect(Buffer.byteLength(text)).toBeLessThan(51_200);
  });

  test('asks for what differs from guard to guard, and has no default that could be wrong', () => {
    expect(member().Parameters).toEqual({
      GuardAccount: { Type: 'String' },
      GuardRoleArns: { Type: 'CommaDelimitedList' },
      HomeRegion: { Type: 'String' },
      MembersBusArn: { Type: 'String' },
      ReaderRoleArns: { Type: 'CommaDelimitedList' },
    });
  });

  test('sends what any guard watches to the bus, in one hop, and keeps what does not get there', () => {
    const { one } = member();
    const { EventPattern, Targets } = one('AWS::Events::Rule', 'ForwardingCalls').Properties;
    const every = (['deletion-guard', 'rotation-guard', 'policy-guard'] as const).flatMap((guard) =>
      watchedOperations(guard, rules),
    );
    expect(EventPattern).toMatchObject({
      source: ['aws.kms'],
      detail: { eventName: [...new Set(every)].sort() },
    });
    expect(plain(Targets)).toEqual([
      {
        Id: 'Target0',
        Arn: '${MembersBusArn}',
        RoleArn: `\${${one('AWS::IAM::Role', 'Forwarding').id}.Arn}`,
        DeadLetterConfig: { Arn: `\${${one('AWS::SQS::Queue').id}.Arn}` },
      },
    ]);
    const grant = statementsOf(one('AWS::IAM::Policy', 'Forwarding').Properties['PolicyDocument']);
    expect(grant).toMatchObject([{ actions: ['events:PutEvents'], resources: ['${MembersBusArn}'] }]);
  });

  test('EventBridge takes the pattern: 2,048 characters', () => {
    expect(
      JSON.stringify(member().one('AWS::Events::Rule', 'ForwardingCalls').Properties['EventPattern']).length,
    ).toBeLessThan(2_048);
  });
});

describe('the responder role', () => {
  const role = member().one('AWS::IAM::Role', 'Responder');

  test('is made once an account', () => {
    expect(role.Condition).toBe('IsHomeRegion');
    expect(member().Conditions['IsHomeRegion']).toEqual({
      'Fn::Equals': [{ Ref: 'AWS::Region' }, { Ref: 'HomeRegion' }],
    });
  });

  test('lets in the exact roles of the guard alone, with organization, external id and a name to show', () => {
    const Principal = { AWS: 'arn:${AWS::Partition}:iam::${GuardAccount}:root' };
    const from = { 'aws:PrincipalOrgID': 'o-a1b2c3d4e5', 'sts:SourceIdentity': 'kms-guard' };
    const writers = { ArnEquals: { 'aws:PrincipalArn': '${GuardRoleArns}' } };
    const readers = { ArnEquals: { 'aws:PrincipalArn': '${ReaderRoleArns}' } };
    const coming = (...sessions: string[]) => ({
      StringEquals: { ...from, 'sts:ExternalId': 'an-external-id-1', 'sts:RoleSessionName': sessions },
    });
    const showing = { Effect: 'Allow', Action: 'sts:SetSourceIdentity', Principal };
    expect(
      z.object({ Statement: z.array(z.unknown()) }).parse(plain(role.Properties['AssumeRolePolicyDocument'])).Statement,
    ).toEqual([
      {
        Effect: 'Allow',
        Action: 'sts:AssumeRole',
        Principal,
        Condition: { ...coming('deletion-guard', 'policy-guard', 'rotation-guard', 'slack-answers'), ...writers },
      },
      {
        Sid: 'ComeToRead',
        Effect: 'Allow',
        Action: 'sts:AssumeRole',
        Principal,
        Condition: { ...coming('kms-guard-report', 'kms-guard-sweep', 'notifier'), ...readers },
      },
      { Sid: 'ShowWhoItIs', ...showing, Condition: { StringEquals: from, ...writers } },
      { Sid: 'ShowWhoReads', ...showing, Condition: { StringEquals: from, ...readers } },
    ]);
  });

  test('knows every guard that has rules by the name of its sessions', () => {
    expect(writerSessions).toEqual(expect.arrayContaining([...guardsOf(rules)]));
    const named: readonly string[] = [...writerSessions, ...readerSessions];
    expect(new Set(named).size).toBe(named.length);
  });

  test('writes in sessions of the guards alone: who came to read cannot, whatever the session policy', () => {
    const documents = member(enforced, { importFindings: true })
      .resources.filter(({ Type, id }) => Type === 'AWS::IAM::Policy' && id.startsWith('Responder'))
      .flatMap(({ Properties }) => statementsOf(Properties['PolicyDocument']));
    const ending = (...sessions: readonly string[]) => ({
      StringLike: { 'aws:userid': sessions.map((name) => `*:${name}`) },
    });
    for (const { sid, condition } of documents) {
      const read = sid !== null && /^Read[A-Z]/.test(sid);
      const expected = sid === 'ImportFindings' ? ending('kms-guard-report') : ending(...writerSessions);
      expect({ sid, condition }).toEqual({ sid, condition: read ? null : expected });
    }
    expect(documents).toHaveLength(9);
  });

  test('in observe mode reads, and holds no permission to write', () => {
    const { grants } = member();
    expect(grants.map(({ sid }) => sid)).toEqual(['ReadKeys', 'ReadRules', 'ReadAccount']);
    expect(
      grants.flatMap(({ actions }) => actions).filter((action) => !/:(Describe|Get|List|Lookup)/.test(action)),
    ).toEqual([]);
  });

  test('may write what is enforced, each remedy by a statement of its own', () => {
    const writes = member(enforced).grants.slice(3);
    expect(writes.toSorted((one, other) => String(one.sid).localeCompare(String(other.sid)))).toEqual([
      { sid: 'CancelKeyDeletion', actions: ['kms:CancelKeyDeletion'], condition: 'IsHomeRegion' },
      { sid: 'EnableKeyRotation', actions: ['kms:EnableKeyRotation'], condition: 'IsHomeRegion' },
      { sid: 'RestoreKeyPolicy', actions: ['kms:PutKeyPolicy'], condition: 'IsHomeRegion' },
      { sid: 'RestoreKeyState', actions: ['kms:EnableKey'], condition: 'IsHomeRegion' },
      { sid: 'RevokeGrant', actions: ['kms:RevokeGrant'], condition: 'IsHomeRegion' },
    ]);
  });

  const equals = (account: string) => ({ 'Fn::Equals': [{ Ref: 'AWS::AccountId' }, account] });
  const home = { Condition: 'IsHomeRegion' };
  const conditionOf = (config: unknown): unknown => {
    const { grants, Conditions } = member(config);
    return Conditions[grants[3]?.condition ?? ''];
  };

  test('may write only in the accounts that enforce', () => {
    const accounts = { '444455556666': { cancelKeyDeletion: 'enforce' } };
    expect(conditionOf({ modes: { remedies: {}, accounts } })).toEqual({ 'Fn::And': [home, equals('444455556666')] });
  });

  test('may write everywhere but in the accounts that observe', () => {
    const remedies = { cancelKeyDeletion: 'enforce' };
    const accounts = {
      '444455556666': { cancelKeyDeletion: 'observe' },
      '999988887777': { cancelKeyDeletion: 'enforce' },
    };
    expect(conditionOf({ modes: { remedies, accounts } })).toEqual({
      'Fn::And': [home, { 'Fn::Not': [equals('444455556666')] }],
    });
  });

  test('more accounts than one condition takes stand in groups of ten', () => {
    const ids = Array.from({ length: 23 }, (_, index) => String(100_000_000_000 + index));
    const accounts = Object.fromEntries(ids.map((id) => [id, { cancelKeyDeletion: 'enforce' }]));
    const groups = z
      .object({
        'Fn::And': z.tuple([
          z.unknown(),
          z.object({ 'Fn::Or': z.array(z.object({ 'Fn::Or': z.array(z.unknown()) })) }),
        ]),
      })
      .parse(conditionOf({ modes: { remedies: {}, accounts } }))['Fn::And'][1]['Fn::Or'];
    expect(groups.map((group) => group['Fn::Or'].length)).toEqual([10, 10, 3]);
    expect(groups.flatMap((group) => group['Fn::Or'])).toEqual(ids.map(equals));
  });

  test('may import findings where that is wished', () => {
    expect(member().grants.map(({ sid }) => sid)).not.toContain('ImportFindings');
    expect(member({}, { importFindings: true }).grants.at(-1)).toMatchObject({
      actions: ['securityhub:BatchImportFindings'],
    });
  });
});

describe('the StackSet in the stack of the guard', () => {
  const stackSet = (...regions: string[]) => ({ organizationalUnits: ['r-ab12'], regions });
  const setOf = (...regions: string[]) => {
    const template = synthesize({ config: { organization: { ...organization, stackSet: stackSet(...regions) } } });
    const { Conditions } = z
      .object({ Conditions: z.record(z.string(), z.unknown()) })
      .parse(Template.fromStack(template.stack).toJSON());
    return { template, Conditions, properties: only(template, 'AWS::CloudFormation::StackSet').Properties };
  };
  const { template, Conditions, properties } = setOf('eu-west-1', 'us-east-1');
  const told = (of: unknown): Readonly<Record<string, unknown>> =>
    Object.fromEntries(
      z
        .array(z.object({ ParameterKey: z.string(), ParameterValue: z.unknown() }))
        .parse(plain(of))
        .map(({ ParameterKey, ParameterValue }) => [ParameterKey, ParameterValue]),
    );

  test('spreads that very template, also to accounts that join later', () => {
    expect(JSON.parse(z.string().parse(properties['TemplateBody']))).toEqual(
      memberTemplate({
        rules,
        config: configOf({}),
        organization: organizationSchema.parse({ ...organization, stackSet: stackSet('eu-west-1', 'us-east-1') }),
      }),
    );
    expect(properties).toMatchObject({
      PermissionModel: 'SERVICE_MANAGED',
      CallAs: 'DELEGATED_ADMIN',
      Capabilities: ['CAPABILITY_NAMED_IAM'],
      AutoDeployment: { Enabled: true },
      ManagedExecution: { Active: true },
      StackInstancesGroup: [
        { DeploymentTargets: { OrganizationalUnitIds: ['r-ab12'] }, Regions: ['eu-west-1', 'us-east-1'] },
      ],
    });
  });

  test('tells members of the roles and the bus that stand in the same stack, never of older ones', () => {
    expect(told(properties['Parameters'])).toEqual({
      GuardAccount: '${AWS::AccountId}',
      GuardRoleArns: template.outputs['GuardRoleArns'],
      ReaderRoleArns: template.outputs['ReaderRoleArns'],
      MembersBusArn: template.outputs['MembersBusArn'],
      HomeRegion: expect.anything(),
    });
    expect(JSON.stringify(properties['Parameters'])).not.toMatch(/ImportValue|GetStackOutput/);
  });

  const covers = (...regions: string[]): unknown => {
    const set = setOf(...regions);
    const [condition] = z
      .object({ 'Fn::If': z.array(z.string()) })
      .parse(told(set.properties['Parameters'])['HomeRegion'])['Fn::If'];
    return set.Conditions[condition ?? ''];
  };
  const isRegion = (region: string) => ({ 'Fn::Equals': [{ Ref: 'AWS::Region' }, region] });

  test("makes the role in the guard's Region, or else in the first that members have", () => {
    expect(told(properties['Parameters'])['HomeRegion']).toEqual({
      'Fn::If': [expect.any(String), '${AWS::Region}', 'eu-west-1'],
    });
    expect(Object.values(Conditions)).toContainEqual({ 'Fn::Or': [isRegion('eu-west-1'), isRegion('us-east-1')] });
    expect(covers('eu-west-1')).toEqual(isRegion('eu-west-1'));
  });

  test('is not there where members get the template by other means', () => {
    const without = synthesize({ config: { organization } });
    expect(ofType(without, 'AWS::CloudFormation::StackSet')).toEqual([]);
  });
});

test('cdk-nag finds nothing in the member template but the wildcards that it says why', () => {
  const app = new App();
  new MemberStack(app, 'KmsGuardMember', { rules, config: configOf(enforced), organization });
  expect(new AwsSolutionsChecks(app).validateScope(app).violations).toEqual([]);
});

describe('the guard of an organization', () => {
  const template = synthesize({ config: { organization: { id: 'o-a1b2c3d4e5', externalId: 'an-external-id-1' } } });

  test('has a bus that the organization alone may put events on', () => {
    const { Policy } = only(template, 'AWS::Events::EventBus', 'Members').Properties;
    expect(statementsOf(Policy)).toMatchObject([
      {
        effect: 'Allow',
        principal: '*',
        actions: ['events:PutEvents'],
        condition: { StringEquals: { 'aws:PrincipalOrgID': 'o-a1b2c3d4e5' } },
      },
    ]);
  });

  test('takes from that bus only what AWS itself put there: every rule asks for a source of AWS', () => {
    const rulesThere = ofType(template, 'AWS::Events::Rule').filter(
      ({ Properties }) => Properties['EventBusName'] !== undefined,
    );
    expect(rulesThere.length).toBeGreaterThan(5);
    for (const { Properties } of rulesThere) {
      const { source } = z.object({ source: z.array(z.string()) }).parse(Properties['EventPattern']);
      expect(source.filter((each) => !/^aws\.[a-z]+$/.test(each))).toEqual([]);
    }
  });

  test('judges members like its own account: the same pattern and inbox on both buses', () => {
    for (const guard of ['DeletionGuard', 'RotationGuard', 'PolicyGuard']) {
      const own = only(template, 'AWS::Events::Rule', `${guard}RouteCalls`).Properties;
      const members = only(template, 'AWS::Events::Rule', `${guard}RouteMemberCalls`).Properties;
      expect(members['EventPattern']).toEqual(own['EventPattern']);
      expect(own['EventBusName']).toBeUndefined();
      expect(plain(members['EventBusName'])).toMatch(/^\$\{MembersBus/);
      expect(JSON.stringify(members['Targets'])).toContain(`${guard}RouteInbox`);
    }
  });

  test('its sweep and its notifier come in the same way, and are among those that members let in', () => {
    const swept = synthesize({ config: { organization, sweep: { accounts: 'organization' } }, sweep: true });
    const who = ['SweepRolesPlan', 'SweepRolesKeys', 'NotifierPermissionsRole'];
    for (const prefix of who) {
      const grant = statementsOf(only(swept, 'AWS::IAM::Policy', prefix).Properties['PolicyDocument']);
      expect(grant.find(({ actions }) => actions.includes('sts:AssumeRole'))).toMatchObject({
        actions: ['sts:AssumeRole', 'sts:SetSourceIdentity'],
        resources: ['arn:${AWS::Partition}:iam::*:role/kms-guard-responder'],
        condition: { StringEquals: { 'aws:ResourceOrgID': 'o-a1b2c3d4e5' } },
      });
      expect(swept.outputs['ReaderRoleArns']).toContain(`\${${prefix}`);
      expect(swept.outputs['GuardRoleArns']).not.toContain(prefix);
    }
  });

  test('may become the responder of any account of the organization, and nobody else', () => {
    const grant = statementsOf(only(template, 'AWS::IAM::Policy', 'DeletionGuardRole').Properties['PolicyDocument']);
    expect(grant.find(({ sid }) => sid === 'ComeAsResponder')).toEqual({
      sid: 'ComeAsResponder',
      effect: 'Allow',
      actions: ['sts:AssumeRole', 'sts:SetSourceIdentity'],
      resources: ['arn:${AWS::Partition}:iam::*:role/kms-guard-responder'],
      principal: null,
      condition: { StringEquals: { 'aws:ResourceOrgID': 'o-a1b2c3d4e5' } },
    });
  });

  test("reaches its own account's keys in every Region that calls come from, and in one account only its own Region's", () => {
    const everywhere = synthesize({ config: { ...enforced, organization } });
    const alone = synthesize({ config: enforced });
    for (const [from, region] of [
      [everywhere, '*'],
      [alone, '${AWS::Region}'],
    ] as const) {
      for (const prefix of ['DeletionGuardRole', 'RotationGuardRole', 'PolicyGuardRole', 'NotifierPermissionsRole']) {
        const statements = statementsOf(only(from, 'AWS::IAM::Policy', prefix).Properties['PolicyDocument']);
        const onKeys = statements.filter(({ sid }) => sid === 'ReadKeys' || sid?.startsWith('Remedy'));
        expect(onKeys.length).toBeGreaterThan(prefix === 'NotifierPermissionsRole' ? 0 : 1);
        for (const { resources } of onKeys) {
          expect(resources).toEqual([`arn:\${AWS::Partition}:kms:${region}:\${AWS::AccountId}:key/*`]);
        }
      }
    }
  });
});
