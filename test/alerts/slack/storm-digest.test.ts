import { describe, expect, test } from 'vitest';
import { listedAlert, slackDigest, slackMessage } from '../../../shared/alerts/slack/index.ts';
import type { ListedAlert, SlackMessage } from '../../../shared/alerts/slack/index.ts';
import { ruleById } from '../../../shared/rules/index.ts';
import { breakerAlert, pendingAlert, slackInput } from '../../support/alerts.ts';

const at = '2026-11-20T09:15:00Z';
const since = '2026-11-20T09:14:07Z';
const listedOf = (index: number, some: Partial<ListedAlert> = {}): ListedAlert => ({
  ...listedAlert(
    { alertId: `a${index}`, alert: pendingAlert({ aliases: [`alias/key-${index}`] }), accountName: 'prod', at },
    ruleById,
  ),
  ...some,
});
const storm = (count: number, listed: readonly ListedAlert[]): SlackMessage =>
  slackMessage(slackInput({ storm: { since, count, listed } }), ruleById);

describe('a storm', () => {
  test('counts all and lists what fits, in one message', () => {
    const { text, blocks } = storm(
      500,
      Array.from({ length: 500 }, (_, index) => listedOf(index)),
    );
    const shown = JSON.stringify(blocks);
    expect(text).toBe(
      'CRITICAL: Storm: 500 alerts, most of them: ScheduleKeyDeletion, not undone, since 2026-11-20 09:14 UTC',
    );
    const lines = shown.match(/alias\/key-\d+/g) ?? [];
    expect(lines.length).toBeGreaterThan(15);
    expect(shown).toContain(`… and ${500 - lines.length} more`);
    expect(shown).toContain('*By account*\\n`prod (111122223333): 500`');
  });

  test('counts also what nobody listed', () => {
    const listed = Array.from({ length: 3 }, (_, index) => listedOf(index));
    expect(JSON.stringify(storm(500, listed).blocks)).toContain('… and 497 more');
  });

  test('names the worst first, whenever they came', () => {
    const listed = [listedOf(1, { severity: 'medium' }), listedOf(2, { severity: 'high' }), listedOf(3)];
    const shown = JSON.stringify(storm(3, listed).blocks);
    expect([3, 2, 1].map((index) => shown.indexOf(`alias/key-${index}`))).toEqual(
      [3, 2, 1].map((index) => shown.indexOf(`alias/key-${index}`)).toSorted((a, b) => a - b),
    );
    expect(shown).not.toContain('more');
  });

  test('offers no approval: one click must not approve five hundred deletions', () => {
    const actions = storm(2, [listedOf(1), listedOf(2)]).blocks.flatMap((block) =>
      block.type === 'actions' ? block.elements.map((each) => ('action_id' in each ? each.action_id : '')) : [],
    );
    expect(actions).toEqual(['kms-guard.snooze', 'kms-guard.acknowledge']);
  });
});

describe('a digest', () => {
  test('groups by rule, and counts what it does not list', () => {
    const low = { severity: 'low', rules: ['key-untagged'] } as const;
    const listed = [listedOf(1, low), listedOf(2, low), listedOf(3, { ...low, rules: ['key-without-alias'] })];
    const { text, blocks } = slackDigest({ since, until: at, count: 7, listed });
    const shown = JSON.stringify(blocks);
    expect(text).toContain('Daily digest: 7 alerts of low severity');
    expect(shown).toContain('*`key-untagged`* 2 alerts');
    expect(shown).toContain('*`key-without-alias`* 1 alert');
    expect(shown).toContain('4 more, in the ledger and in the report');
  });
});

test('an alert without a key is listed too', () => {
  expect(listedAlert({ alertId: 'b', alert: breakerAlert, accountName: null, at }, ruleById)).toMatchObject({
    severity: 'critical',
    headline: 'The circuit breaker tripped in account 111122223333: the guard only alerts',
    account: '111122223333',
    keyArn: null,
    at,
  });
});
