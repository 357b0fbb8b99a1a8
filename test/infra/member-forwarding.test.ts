import { describe, expect, test } from 'vitest';
import * as z from 'zod/mini';
import { memberTemplate } from '../../infra/member-template.ts';
import { organizationSchema } from '../../shared/config/organization-config.ts';
import { known } from '../../shared/facts/facts.ts';
import { forwardingMissing } from '../../shared/rules/forwarding-missing.ts';
import { rules } from '../../shared/rules/index.ts';
import { configOf, statementsOf } from '../support/guard-template.ts';
import { forwardingRule, membersBusArn, organization as asked } from '../support/memory-forwarding.ts';
import { swept } from '../support/sweep-columns.ts';

/** What the member template makes and may, against what the sweep looks for there. */

const organization = organizationSchema.parse(asked);
const resource = z.object({ Type: z.string(), Properties: z.record(z.string(), z.unknown()) });
const templateSchema = z.object({ Resources: z.record(z.string(), resource) });

const made = (config: unknown, type: string) => {
  const { Resources } = templateSchema.parse(memberTemplate({ rules, config: configOf(config), organization }));
  return Object.entries(Resources).flatMap(([id, { Type, Properties }]) => (Type === type ? [{ id, Properties }] : []));
};

describe('the rules of the member template', () => {
  const verdictOf = (found: ReturnType<typeof made>, config: object): string => {
    const described = found.map(({ id, Properties }) => forwardingRule(id, Properties['EventPattern']));
    const forwarding = known({ busArn: membersBusArn, rules: described });
    return forwardingMissing.judge(swept({ forwarding }, {}, { ...config, organization })).verdict;
  };

  test.each([
    ['as they are', {}],
    ['with a rule of a guard switched off', { rules: { 'access-tag-changed': { enabled: false } } }],
  ])('%s pass on all that the sweep looks for; without any one of them they do not', (_name, config) => {
    const all = made(config, 'AWS::Events::Rule');
    expect(verdictOf(all, config)).toBe('compliant');
    const without = all.map((rule) =>
      verdictOf(
        all.filter((each) => each !== rule),
        config,
      ),
    );
    expect(without).toEqual(all.map(() => 'violation'));
    expect(all.length).toBeGreaterThan(1);
  });
});

describe('the responder role', () => {
  const reads = (config: unknown) =>
    made(config, 'AWS::IAM::Policy')
      .filter(({ id }) => id.startsWith('ResponderRead'))
      .flatMap(({ Properties }) => statementsOf(Properties['PolicyDocument']));

  test('reads what passes the calls on: a rule by its ARN, which ones there are in the list', () => {
    expect(reads({}).find(({ sid }) => sid === 'ReadRules')).toMatchObject({
      actions: ['events:DescribeRule'],
      resources: ['arn:${AWS::Partition}:events:*:${AWS::AccountId}:rule/*'],
    });
    expect(reads({}).find(({ sid }) => sid === 'ReadAccount')?.actions).toContain('events:ListRuleNamesByTarget');
  });

  test('may not where the rule is switched off', () => {
    const actions = reads({ rules: { 'forwarding-missing': { enabled: false } } }).flatMap((each) => each.actions);
    expect(actions).toContain('kms:DescribeKey');
    expect(actions.filter((action) => action.startsWith('events:'))).toEqual([]);
  });
});
