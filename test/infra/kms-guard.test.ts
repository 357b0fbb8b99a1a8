import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { App, Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { afterAll, describe, expect, test } from 'vitest';
import { KmsGuard, type KmsGuardProps } from '../../infra/kms-guard.ts';
import { Unusable } from '../../infra/read-config.ts';
import { guardTemplates } from '../support/guard-template.ts';

const { bundles, synthesize, dispose } = guardTemplates();
afterAll(dispose);

const made = (props: KmsGuardProps, id = 'Guard') => {
  const stack = new Stack(new App(), 'Security');
  const guard = new KmsGuard(stack, id, { bundles, ...props });
  return { guard, text: JSON.stringify(Template.fromStack(stack).toJSON()), stack };
};
const quiet = { sweep: { enabled: false } };

describe('KmsGuard', () => {
  test('as `Default` it has the logical ids and outputs of the stack of this repository', () => {
    const { stack } = made({ config: quiet }, 'Default');
    const { Resources, Outputs } = Template.fromStack(stack).toJSON();
    const own = synthesize({ config: quiet });
    expect(Object.keys(Object(Resources)).toSorted()).toEqual(own.resources.map(({ id }) => id).toSorted());
    expect(Object.keys(Object(Outputs)).toSorted()).toEqual(Object.keys(own.outputs).toSorted());
  });

  test('under another id its resources are called after it, and its outputs as ever', () => {
    const { text, stack, guard } = made({ config: quiet });
    expect(text).toMatch(/"GuardLedgerTable[0-9A-F]{8}":/);
    expect(text).toContain('"DeletionGuardInboxUrl":');
    expect(stack.resolve(guard.topic.topicArn)).toEqual({ Ref: expect.stringMatching(/^GuardAlertsTopic/) });
    expect(stack.resolve(guard.table.tableName)).toEqual({ Ref: expect.stringMatching(/^GuardLedgerTable/) });
    expect(stack.resolve(guard.eventBus.eventBusName)).toEqual({ Ref: expect.stringMatching(/^GuardNotifierBus/) });
    expect(guard.membersBusArn).toBeNull();
  });

  test('observes where nothing else is said, and takes a file as well', () => {
    expect(made({}).text).not.toContain('kms:CancelKeyDeletion');
    const configFile = join(bundles, 'guard.config.json');
    const organization = { id: 'o-a1b2c3d4e5', externalId: 'an-external-id-1' };
    writeFileSync(
      configFile,
      JSON.stringify({
        organization,
        modes: { remedies: { cancelKeyDeletion: 'enforce', restoreKeyState: 'enforce' } },
      }),
    );
    const { text, guard, stack } = made({ configFile });
    expect(text).toContain('kms:CancelKeyDeletion');
    expect(stack.resolve(guard.membersBusArn)).toEqual({
      'Fn::GetAtt': [expect.stringMatching(/^GuardMembersBus/), 'Arn'],
    });
  });

  test('takes some timings, and leaves the rest', () => {
    const { text } = made({ config: quiet, timings: { visibilityTimeout: 720 } });
    expect(text).toContain('"VisibilityTimeout":720');
    expect(text).toContain('"Timeout":60');
  });

  test.each([
    ['an unknown key', { config: { mode: 'enforce' } }, Unusable],
    ['an unknown rule', { config: { rules: { nonsense: { enabled: false } } } }, Unusable],
    ['a file that is not there', { configFile: 'nowhere.json' }, Unusable],
    ['both', { config: {}, configFile: 'guard.config.json' }, TypeError],
  ])('refuses %s', (_, props, kind) => {
    expect(() => made(props)).toThrow(kind);
  });
});
