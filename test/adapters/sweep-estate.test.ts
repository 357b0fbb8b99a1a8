import { afterEach, expect, test, vi } from 'vitest';
import { awsEstate, type EstateSettings } from '../../shared/adapters/sweep-estate.ts';
import { systemClock as clock } from '../../shared/adapters/system-clock.ts';
import { fakeSts } from '../support/fake-sts.ts';
import { membersBusArn } from '../support/memory-forwarding.ts';

const [, , , home = '', guard = ''] = membersBusArn.split(':');
const member = '444455556666';

afterEach(() => {
  vi.unstubAllEnvs();
});

/** Who is asked what passes his calls on, in the guard's own account and in a member, in two Regions. */
const asked = async (some: Partial<EstateSettings>) => {
  vi.stubEnv('AWS_ACCESS_KEY_ID', guard);
  vi.stubEnv('AWS_SECRET_ACCESS_KEY', 'test');
  await using sts = await fakeSts(() => false);
  const estate = awsEstate({ clock, region: home, endpoint: sts.endpoint, role: 'kms-guard-responder', ...some });
  const found: string[] = [];
  for (const account of [guard, member]) {
    for (const region of [home, 'us-east-1']) {
      const opened = await estate.open({ account, region });
      if (!opened.known) throw new Error(opened.detail);
      if (opened.value.forwarding !== null) found.push(`${account} ${region}`);
      opened.value.close();
    }
  }
  return { found, policies: sts.assumptions.map(({ policy }) => policy) };
};

test('every account and Region has to pass its calls on but the one that the bus is in', async () => {
  const { found, policies } = await asked({ membersBusArn });
  expect(found).toEqual([`${guard} us-east-1`, `${member} ${home}`, `${member} us-east-1`]);
  // The session may ask for it.
  expect(policies).not.toEqual([]);
  for (const policy of policies) {
    expect(policy).toContain('"events:ListRuleNamesByTarget"');
    expect(policy).toContain('"events:DescribeRule"');
    expect(policy).not.toMatch(/"events:(?!ListRuleNamesByTarget"|DescribeRule")/);
  }
});

test('without a bus nobody is asked', async () => {
  expect((await asked({})).found).toEqual([]);
});
