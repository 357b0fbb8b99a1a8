import { describe, expect, test } from 'vitest';
import { findingId } from '../../shared/ledger/finding-id.ts';
import type { StoredFinding } from '../../shared/ledger/finding-history.ts';
import { settleGone, settleSeen } from '../../shared/sweep/settle-finding.ts';
import type { SweepFinding } from '../../shared/sweep/sweep-finding.ts';
import { memoryFindings } from '../support/memory-findings.ts';
import { account, keyArn, region } from '../support/records.ts';

const day = (n: number): string => new Date(Date.parse('2026-11-01T02:00:00Z') + n * 86_400_000).toISOString();
const rule = 'rotation-disabled';
const id = findingId(rule, { account, region, keyArn, keyId: null });
const found = (n: number, some: Partial<SweepFinding> = {}): SweepFinding => ({
  id,
  rule,
  verdict: 'violation',
  severity: 'medium',
  account,
  region,
  keyArn,
  aliases: [],
  message: 'Rotation is off',
  messageId: 'disabled',
  data: {},
  controls: [],
  remediation: 'Switch it on',
  firstSeen: day(n),
  waivedUntil: null,
  ...some,
});

const book = () => {
  const stored = new Map<string, StoredFinding>();
  const findings = memoryFindings(stored);
  const settle = (finding: SweepFinding) => settleSeen(findings, finding, stored.get(id) ?? null);
  const gone = (n: number) => settleGone(findings, { account, region, id }, { at: day(n) });
  return { settle, gone, writes: findings.writes };
};

describe('a finding of a sweep', () => {
  test('is news on the day it opens, again and again that day, and not on the next', async () => {
    const { settle, writes } = book();
    expect((await settle(found(0))).news).toBe('opened');
    expect((await settle(found(0))).news).toBe('opened');
    expect((await settle(found(1))).news).toBeNull();
    expect(writes).toHaveLength(1);
  });

  test.each([
    ['severity', { severity: 'high' }],
    ['message', { messageId: 'slow' }],
    ['waiver', { waivedUntil: '2026-12-31' }],
  ] as const)('is written again when its %s changes', async (_, some) => {
    const { settle, writes } = book();
    await settle(found(0));
    const { stored, news } = await settle(found(1, some));
    expect(writes).toHaveLength(2);
    expect(stored).toMatchObject({
      firstSeen: day(0),
      lastSeen: day(1),
      status: 'waivedUntil' in some ? 'waived' : 'open',
    });
    expect(news).toBeNull();
  });

  test('is written again after a week, for the numbers in its words', async () => {
    const { settle, writes } = book();
    await settle(found(0));
    await settle(found(6, { data: { days: 6 } }));
    expect(writes).toHaveLength(1);
    expect((await settle(found(7, { data: { days: 7 } }))).stored.data).toEqual({ days: 7 });
  });

  test('opens when its waiver has run out, and is news then', async () => {
    const { settle } = book();
    expect((await settle(found(0, { waivedUntil: '2026-11-01' }))).news).toBeNull();
    expect(await settle(found(1))).toMatchObject({ news: 'opened', stored: { status: 'open', firstSeen: day(0) } });
  });

  test('waived or not, it is resolved when it is gone, once', async () => {
    for (const waivedUntil of [null, '2026-12-31']) {
      const { settle, gone } = book();
      await settle(found(0, { waivedUntil }));
      expect(await gone(1)).toMatchObject({ news: 'resolved', stored: { status: 'resolved', resolvedAt: day(1) } });
      expect((await gone(2))?.news).toBeNull();
    }
    expect(await book().gone(1)).toBeNull();
  });

  test('that nobody can decide any more stays what it was', async () => {
    const { settle, writes } = book();
    await settle(found(0));
    const doubt = found(1, { verdict: 'undetermined', messageId: 'unknown', severity: 'low' });
    expect((await settle(doubt)).stored).toMatchObject({
      verdict: 'violation',
      message: 'disabled',
      severity: 'medium',
    });
    expect(writes.length).toBeLessThanOrEqual(2);
  });
});
