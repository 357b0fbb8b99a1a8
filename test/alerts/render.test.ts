import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Alert, KeyAlert } from '../../shared/alerts/alert.ts';
import { fitAlert } from '../../shared/alerts/fit-alert.ts';
import { fitText } from '../../shared/alerts/fit.ts';
import { renderAlert } from '../../shared/alerts/render.ts';
import { plain } from '../../shared/rules/explain.ts';
import { cut } from '../../shared/rules/reason.ts';
import { ruleById } from '../../shared/rules/index.ts';
import { guardOver } from '../support/guard.ts';
import { memoryKey, pending } from '../support/memory-key.ts';
import { deletionAlert } from '../support/memory-notifier.ts';
import { memoryPorts } from '../support/memory-ports.ts';
import { body, keyArn, scheduleDeletion } from '../support/records.ts';

const alertOf = async (input: Parameters<typeof scheduleDeletion>[0] = {}): Promise<KeyAlert> => {
  const changes = [{ state: 'Enabled' as const, at: '2026-01-10T08:00:00Z', actorArn: null, source: 'created' }];
  const ports = memoryPorts({ keys: { [keyArn]: memoryKey({ changes }, pending) } });
  await guardOver(ports)(body(scheduleDeletion(input)));
  const [alert] = ports.alerts;
  if (alert?.kind !== 'key') throw new Error('no alert');
  return alert;
};

const render = (alert: Alert) => renderAlert(alert, ruleById);

describe('an alert', () => {
  it('tells people what happened, why, and what the guard did', async () => {
    const { subject, text } = render(await alertOf());
    expect(subject).toBe('[CRITICAL] Key deletion cancelled, key enabled: alias/orders (111122223333 eu-west-1)');
    for (const part of [
      'CRITICAL: Key deletion cancelled, key enabled',
      'Key: alias/orders\n',
      `ARN: ${keyArn}\n`,
      'Console: https://eu-west-1.console.aws.amazon.com/kms/home?region=eu-west-1#/kms/keys/',
      'By: arn:aws:sts::111122223333:assumed-role/PlatformAdmin/dana@example.com',
      'deletion-scheduled',
      'alias/orders',
      'cancelKeyDeletion: done',
      'restoreKeyState: done',
      'What to do',
    ]) {
      expect(text).toContain(part);
    }
    expect(text).not.toMatch(/\{\w+\}|undefined|\[object/);
  });

  it('tells programs the same, with a schema and attributes to filter by', async () => {
    const { json, attributes } = render(await alertOf());
    expect(JSON.parse(json)).toMatchObject({
      schema: 'kms-guard.alert/1',
      severity: 'critical',
      keyArn,
      decision: { action: 'remedy', remedy: 'cancelKeyDeletion' },
      outcomes: [{ outcome: 'done' }, { outcome: 'done' }],
    });
    expect(attributes).toEqual({
      severity: 'critical',
      rule: ['deletion-scheduled', 'deletion-window-short'],
      account: '111122223333',
      decision: 'remedy',
    });
  });

  it('names the mode where nothing was done', async () => {
    const alert = await alertOf();
    const observed: KeyAlert = {
      ...alert,
      outcomes: [],
      decision: {
        ...alert.decision,
        action: 'alert',
        remedy: null,
        wouldRemedy: 'cancelKeyDeletion',
        reasons: [{ id: 'observe-mode', remedy: 'cancelKeyDeletion' }],
      },
    };
    const { subject, text } = render(observed);
    expect(subject).toContain('ScheduleKeyDeletion, not undone');
    expect(text).toContain('in enforce mode the guard would run cancelKeyDeletion');
  });

  it.each([
    ['failed', 'cancelKeyDeletion FAILED'],
    ['refused', 'cancelKeyDeletion refused'],
  ] as const)('says first when a remedy %s', async (outcome, words) => {
    const alert = await alertOf();
    expect(
      render({ ...alert, outcomes: [{ remedy: 'cancelKeyDeletion', outcome, detail: 'denied' }] }).subject,
    ).toContain(words);
  });

  it('says when a key is saved but still disabled', async () => {
    expect(render({ ...(await alertOf()), keyState: 'Disabled' }).subject).toContain('key still disabled');
  });
});

describe('whatever an attacker puts into a record', () => {
  it('keeps to the limits of SNS and forges no line', async () => {
    const alert = await alertOf();
    const plainLines = render(alert).text.split('\n').length;
    const hostile = fc.oneof(
      fc.string({ unit: 'binary', maxLength: 400 }),
      fc.constant('x\nWhat the guard did\n- all is well'),
      fc.constant('\u202eevil\u0000\r\n\u2028'),
    );
    fc.assert(
      fc.property(hostile, hostile, hostile, (one, two, three) => {
        const { subject, text, json } = render({
          ...alert,
          aliases: [one],
          actor: { arn: two, type: 'AssumedRole', invokedBy: null },
          sourceIPAddress: three,
          eventName: one,
        });
        expect(subject).toMatch(/^[\x20-\x7e]{1,99}$/);
        expect(text.split('\n')).toHaveLength(plainLines);
        expect(text).not.toMatch(/[^\P{Cc}\n]|\p{Cf}|\p{Zl}|\p{Zp}/u);
        expect(JSON.parse(json)).toMatchObject({ aliases: [one] });
      }),
      { numRuns: 300 },
    );
  });

  it('stays readable when the body was not', () => {
    const { subject, text, json } = render({
      kind: 'unreadable',
      eventID: null,
      guard: 'deletion-guard',
      reason: 'not JSON',
      excerpt: '<!channel>\n\u0000',
    });
    expect(subject).toBe('[HIGH] deletion-guard could not handle an event');
    expect(text).toContain('not JSON');
    expect(JSON.parse(json)).toMatchObject({ kind: 'unreadable', severity: 'high' });
  });

  const breaker = {
    kind: 'breaker',
    guard: 'g',
    account: '111122223333',
    limit: 5,
    at: '2026-11-20T09:15:00Z',
  } as const;

  it.each([
    ['of rescues', { budget: 'rescues' }, /: deletions are only alerted$/, /5 rescues of keys.*\nKeys may be lost:/],
    ['of all others', { budget: 'others' }, /: the guard only alerts$/, /5 remedies in.*\nRescues of keys.* apart/],
    ['from before they were told apart', {}, /: the guard only alerts$/, /5 remedies in one hour.*\n\nWhat to do/],
  ] as const)('says that the breaker tripped, %s', (_, budget, end, words) => {
    const { subject, attributes, text: told } = render({ ...breaker, ...budget });
    expect(subject).toContain('circuit breaker tripped in account 111122223333');
    expect(subject).toMatch(end);
    expect(told).toMatch(words);
    expect(attributes).toMatchObject({ severity: 'critical', rule: ['breaker-tripped'] });
  });
});

describe('rules that say the same', () => {
  it('say it once', async () => {
    const alert = await alertOf();
    const unreadable = { verdict: 'undetermined', severity: 'medium', message: 'unreadable', remedy: null } as const;
    const data = { fact: 'policy', reason: 'access-denied', detail: 'kms:GetKeyPolicy is not permitted' };
    const verdicts = ['policy-public', 'policy-cross-account'].map((rule) => ({ ...unreadable, rule, data }));
    const { text } = render({ ...alert, verdicts });
    expect(text).toContain('- policy-public, policy-cross-account: ');
    expect(text.split('kms:GetKeyPolicy is not permitted')).toHaveLength(2);
  });
});

describe('a policy that was put back', () => {
  it('takes every finding about the other one with it, and no other finding', async () => {
    const alert = await alertOf();
    const flagged = { verdict: 'violation', severity: 'low', message: '', data: {}, remedy: null } as const;
    const verdicts = ['policy-wildcard-principal', 'deletion-window-short'].map((rule) => ({ ...flagged, rule }));
    const decision = { ...alert.decision, remedy: 'restoreKeyPolicy' } as const;
    const outcomes = [{ remedy: 'restoreKeyPolicy', outcome: 'done', detail: 'in force again' }] as const;
    const { text } = render({ ...alert, verdicts, decision, outcomes });
    expect(text).toContain('- policy-wildcard-principal: undone.');
    expect(text).not.toContain('deletion-window-short: undone');
  });
});

describe('a text that is cut', () => {
  // SNS and EventBridge take JSON, and half a character is none.
  it('is never cut within a character', () => {
    fc.assert(
      fc.property(fc.nat(400), fc.nat(400), (before, many) => {
        const long = `${'x'.repeat(before)}${'\u{1F511}'.repeat(many)}`;
        expect(plain(long).isWellFormed()).toBe(true);
        expect(cut(long).isWellFormed()).toBe(true);
        expect(fitText(long, 300).isWellFormed()).toBe(true);
        expect(plain('\ud83d').isWellFormed()).toBe(true);
        const data = { reasons: [{ id: 'protectedByTag', key: long, value: long }] };
        const alert = fitAlert(
          deletionAlert(1, { aliases: [long], verdicts: deletionAlert(1).verdicts.map((one) => ({ ...one, data })) }),
        );
        const { subject, text } = renderAlert(alert, ruleById);
        expect(`${subject}${text}`.isWellFormed()).toBe(true);
      }),
    );
  });
});
