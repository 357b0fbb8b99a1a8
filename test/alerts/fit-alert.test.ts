import { expect, test } from 'vitest';
import { fitAlert } from '../../shared/alerts/fit-alert.ts';
import { renderAlert } from '../../shared/alerts/render.ts';
import { ruleById, rules } from '../../shared/rules/index.ts';
import { deletionAlert } from '../support/memory-notifier.ts';

const huge = (text: string) =>
  deletionAlert(1, {
    keyId: text.repeat(2_000),
    aliases: Array.from({ length: 50 }, () => text.repeat(256)),
    verdicts: rules.map((rule) => ({
      rule: rule.id,
      verdict: 'violation',
      severity: 'critical',
      message: Object.keys(rule.messages)[0] ?? '',
      data: {
        who: text.repeat(5_000),
        reasons: Array.from({ length: 100 }, () => ({ id: 'r', who: text.repeat(500) })),
        names: Array.from({ length: 100 }, () => text.repeat(500)),
      },
      remedy: null,
    })),
    outcomes: [{ remedy: 'restoreKeyPolicy', outcome: 'failed', detail: text.repeat(10_000) }],
  });

test('an ordinary alert is whole', () => {
  const alert = deletionAlert(1);
  expect(fitAlert(alert)).toBe(alert);
});

test.each(['"', '\\', '\u4e2d', '\u{1f511}', '\u0001'])('the largest alert there can be fits, full of %j', (text) => {
  const fitted = fitAlert(huge(text));
  expect(Buffer.byteLength(JSON.stringify(fitted))).toBeLessThanOrEqual(200_000);
  expect(fitted).toMatchObject({ kind: 'key', eventID: 'event-1', decision: { wouldRemedy: 'cancelKeyDeletion' } });
  expect(fitted.kind === 'key' ? fitted.verdicts.map(({ rule }) => rule) : []).toEqual(rules.map(({ id }) => id));
  expect(renderAlert(fitted, ruleById).subject).toContain('CRITICAL');
});
