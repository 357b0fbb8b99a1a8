import { describe, expect, test } from 'vitest';
import { renderAlert } from '../../shared/alerts/render.ts';
import { sweepAlerts } from '../../shared/alerts/sweep-alert.ts';
import type { RuleNews } from '../../shared/sweep/settled-region.ts';
import { unreadableRegion } from '../../shared/sweep/sweep-report.ts';
import { summaryOf } from '../support/finding-contract.ts';
import { ruleById } from '../support/memory-sweep.ts';
import { account, keyArn, region } from '../support/records.ts';

const one = {
  id: 'f1',
  account,
  region,
  keyArn,
  severity: 'critical',
  message: 'Anyone may use it',
  alias: 'alias/app',
} as const;
const news = (some: Partial<RuleNews> = {}): RuleNews => ({
  rule: 'policy-public',
  opened: 1,
  reopened: 0,
  resolved: 2,
  severity: 'critical',
  worst: [one],
  ...some,
});
const shut = unreadableRegion('444455556666', 'eu-west-1', 'sts:AssumeRole is not permitted: no');

describe('what is told of a sweep', () => {
  test('a rule with new findings of high severity, with its remediation', () => {
    const [alert, ...others] = sweepAlerts(
      summaryOf('n1', 0, { news: [news(), news({ rule: 'key-unused', severity: 'medium' })] }),
      null,
    );
    if (alert === undefined) throw new Error('no alert');
    expect(others).toEqual([]);
    const { subject, text, attributes, json } = renderAlert(alert, ruleById);
    expect(subject).toBe('[CRITICAL] The nightly sweep found 1 key: policy-public');
    expect(text).toContain(`CRITICAL alias/app (${account} ${region}): Anyone may use it`);
    expect(text).toContain('New: 1, back again: 0, resolved: 2');
    expect(text).toContain(ruleById('policy-public')?.remediation);
    expect(attributes).toEqual({ severity: 'critical', rule: ['policy-public'], account, decision: 'alert' });
    expect(JSON.parse(json)).toMatchObject({ kind: 'sweep', sweepId: 'n1', opened: 1, worst: [{ id: 'f1' }] });
  });

  test('an account is named only where it is about no other', () => {
    const other = { ...one, account: '444455556666' };
    const accountOf = (some: Partial<RuleNews>) =>
      sweepAlerts(summaryOf('n1', 0, { news: [news(some)] }), null)[0]?.account;
    expect(accountOf({})).toBe(account);
    expect(accountOf({ opened: 2, worst: [one, other] })).toBe('several');
    // The others may be anywhere.
    expect(accountOf({ opened: 9 })).toBe('several');
  });

  test('nothing where nothing is new', () => {
    const quiet = news({ opened: 0, severity: null, worst: [] });
    expect(sweepAlerts(summaryOf('n1', 0, { news: [quiet] }), null)).toEqual([]);
  });

  test('Regions that the sweep before could read, and no others', () => {
    const blind = summaryOf('n2', 0, { incomplete: [shut] });
    expect(sweepAlerts(blind, summaryOf('n1'))).toMatchObject([
      { rule: 'sweep-incomplete', severity: 'medium', opened: 1 },
    ]);
    expect(sweepAlerts(blind, summaryOf('n1', 0, { incomplete: [shut] }))).toEqual([]);
  });

  test('a sweep that failed, every time', () => {
    const failed = summaryOf('n2', 0, {
      failure: 'States.ExceedToleratedFailureThreshold too many',
      incomplete: [shut],
    });
    const [alert] = sweepAlerts(failed, summaryOf('n1', 0, { incomplete: [shut] }));
    if (alert === undefined) throw new Error('no alert');
    const { subject, text } = renderAlert(alert, ruleById);
    expect(subject).toBe('[HIGH] The nightly sweep did not come to its end');
    expect(text).toContain('ExceedToleratedFailureThreshold');
  });

  test('what others chose forges no line, and stays small', () => {
    const evil = { ...one, alias: 'alias/a\nCRITICAL: all is well', message: `x\u202e${'y'.repeat(5_000)}\n- fake` };
    const many = Array.from({ length: 300 }, (_, n) => ({
      ...shut,
      region: `eu-west-${n}`,
      reason: 'z'.repeat(5_000),
    }));
    const alerts = sweepAlerts(summaryOf('n1', 0, { news: [news({ worst: [evil] })], incomplete: many }), null);
    for (const alert of alerts) {
      const { text } = renderAlert(alert, ruleById);
      expect(text.length).toBeLessThan(8_000);
      expect(text.split('\n').filter((line) => line.startsWith('CRITICAL: all') || line.startsWith('- fake'))).toEqual(
        [],
      );
      expect(JSON.stringify({ ...alert, worst: [] }).length).toBeLessThan(8_000);
    }
    const texts = alerts.map((alert) => renderAlert(alert, ruleById).text);
    expect(texts.join('\n')).toContain('and 290 more');
  });
});
