import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { factNames, type Facts, known, unknown } from '../../shared/facts/facts.ts';
import { offlineFacts } from '../../shared/facts/gather.ts';
import type { JudgeInput } from '../../shared/rules/define-rule.ts';
import { deletionScheduled } from '../../shared/rules/deletion-scheduled.ts';
import { arbitraryInput } from '../support/arbitrary-facts.ts';
import * as perfect from '../support/perfect-key.ts';
import {
  configWith,
  daysAgo,
  inputWith,
  minutesBefore,
  pendingFacts,
  scheduling,
  withMetadata,
} from '../support/perfect-key.ts';
import { reasonIds, twoColumns } from '../support/two-columns.ts';

const call = scheduling;
const scheduled = (changes: Partial<JudgeInput> = {}): JudgeInput =>
  inputWith({ call, facts: pendingFacts, ...changes });
const withFacts = (changes: Partial<Facts>): JudgeInput => scheduled({ facts: { ...pendingFacts, ...changes } });
const swept = (facts: Facts): JudgeInput => inputWith({ facts });
const byRole = { expectedActors: ['arn:aws:iam::*:role/KeyAdmin'] };
const failure = { errorCode: 'AccessDenied', errorMessage: 'no' };
const disabledBy = (actorArn: string | null, minutes: number) => switchedBy('Disabled', actorArn, minutes);
const switchedBy = (state: 'Enabled' | 'Disabled', actorArn: string | null, minutes: number) =>
  withFacts({
    history: known({
      rotation: null,
      stateChanges: [{ state, at: minutesBefore(call.eventTime, minutes), actorArn, source: 'an-event-id' }],
    }),
  });
const protectedUntilLately = withFacts({
  history: known({
    stateChanges: [],
    rotation: null,
    sweptTags: { at: daysAgo(1), tags: { 'kms-guard:protected': 'yes' } },
  }),
});
const grant = {
  grantId: 'a-grant',
  name: null,
  granteePrincipal: 'arn:aws:iam::111122223333:role/app',
  granteeServicePrincipal: null,
  retiringPrincipal: null,
  operations: ['Decrypt'],
  issuingAccount: null,
  creationDate: null,
  constraints: null,
};
const family = (type: 'PRIMARY' | 'REPLICA', replicaArns: readonly string[]) => ({
  multiRegion: { type, primaryArn: perfect.primaryArn, replicaArns },
});

twoColumns(deletionScheduled, {
  compliant: [
    { name: 'a properly scheduled deletion of a key unused for longer than configured', input: scheduled() },
    {
      name: 'unused for exactly the configured days',
      input: withFacts({ lastUse: known({ use: 'used', at: daysAgo(90), operation: 'Decrypt' }) }),
    },
    {
      name: 'never used since it was made, long ago',
      input: withFacts({ lastUse: known({ use: 'never', since: daysAgo(90) }) }),
    },
    {
      name: 'no window in the call: KMS takes 30 days',
      input: scheduled({ call: { ...call, pendingWindowInDays: null } }),
    },
    {
      name: 'the configured window to the day',
      input: scheduled({ call: { ...call, pendingWindowInDays: 7 }, config: configWith({ minimumWindowInDays: 7 }) }),
    },
    { name: 'an expected actor, by the ARN of the role', input: scheduled({ config: configWith(byRole) }) },
    {
      name: 'an expected actor, by the ARN of the session',
      input: scheduled({
        config: configWith({ expectedActors: ['arn:aws:sts::111122223333:assumed-role/KeyAdmin/*'] }),
      }),
    },
    {
      name: 'a protected tag with another value',
      input: scheduled({ config: configWith({ protectedTags: { owner: 'security' } }) }),
    },
    {
      name: 'a tag named like a property of every object',
      input: scheduled({ config: configWith({ protectedTags: { constructor: '*' } }) }),
    },
    {
      name: 'another key on the list',
      input: scheduled({ config: configWith({ protectedKeys: ['arn:aws:kms:*:999988887777:key/*'] }) }),
    },
    {
      name: 'a multi-Region primary without replicas',
      input: scheduled({ facts: withMetadata(pendingFacts, family('PRIMARY', [])) }),
    },
    { name: 'disabled by the actor more than an hour before', input: disabledBy(call.actor.arn, 61) },
    {
      name: 'disabled by somebody else within the hour',
      input: disabledBy('arn:aws:sts::111122223333:assumed-role/Other/dana', 5),
    },
    { name: 'disabled by the actor after the call', input: disabledBy(call.actor.arn, -5) },
    { name: 'enabled by the actor within the hour', input: switchedBy('Enabled', call.actor.arn, 5) },
    {
      name: 'tags that protected nothing at the last sweep either',
      input: withFacts({
        history: known({
          stateChanges: [],
          rotation: null,
          sweptTags: { at: daysAgo(1), tags: { owner: 'payments' } },
        }),
      }),
    },
    { name: 'disabled within the hour by nobody knows whom', input: disabledBy(null, 5) },
    { name: 'a stale event: the deletion was cancelled already', input: scheduled({ facts: perfect.perfectFacts }) },
    {
      name: 'a stale event: cancelled, and left disabled',
      input: scheduled({ facts: withMetadata(pendingFacts, { keyState: 'Disabled' }) }),
    },
    {
      name: 'in a sweep, a key in use that nobody deletes',
      input: swept({ ...perfect.perfectFacts, aliases: known(['alias/app']) }),
    },
    { name: 'a failed attempt', verdict: 'notApplicable', input: scheduled({ call: { ...call, failure } }) },
    { name: 'a dry run', verdict: 'notApplicable', input: scheduled({ call: { ...call, dryRun: true } }) },
    {
      name: 'an AWS managed key',
      verdict: 'notApplicable',
      input: scheduled({ facts: withMetadata(pendingFacts, { keyManager: 'AWS' }) }),
    },
  ],
  violating: [
    {
      name: 'the verdict tells state, date and window',
      message: 'pending',
      input: withFacts({ aliases: known(['alias/app']) }),
      severity: 'critical',
      data: { keyState: 'PendingDeletion', deletionDate: '2026-12-20T09:14:07.000Z', pendingWindowInDays: 30 },
    },
    {
      name: 'in a sweep, a pending key in use',
      message: 'pending',
      input: swept({ ...pendingFacts, aliases: known(['alias/app']) }),
    },
    {
      name: 'in a sweep, a pending key with nothing against it: the call is not at hand',
      verdict: 'undetermined',
      message: 'unseen',
      input: swept(pendingFacts),
    },
    {
      name: 'in a sweep, a key that cannot be described',
      verdict: 'undetermined',
      message: 'unreadable',
      input: swept(perfect.without(perfect.perfectFacts, 'metadata')),
    },
    {
      name: 'the key is gone',
      verdict: 'undetermined',
      message: 'gone',
      input: withFacts({ metadata: unknown('not-found', 'no such key') }),
    },
    {
      name: 'the key cannot be described: the call is the evidence',
      message: 'pending',
      input: scheduled({ facts: perfect.without(pendingFacts, 'metadata') }),
      data: { keyState: 'PendingDeletion', deletionDate: null },
    },
    {
      name: 'in replay the call is the evidence',
      message: 'pending',
      input: scheduled({
        facts: offlineFacts({ keyArn: perfect.keyArn, account: perfect.account, region: perfect.region }),
      }),
      data: { keyState: 'PendingDeletion', pendingWindowInDays: 30 },
    },
  ],
});

/** One defect, and exactly the one reason that it makes. */
const defects: readonly (readonly [reason: string, input: JudgeInput, values: Readonly<Record<string, unknown>>])[] = [
  [
    'usedRecently',
    withFacts({ lastUse: known({ use: 'used', at: daysAgo(89), operation: 'Decrypt' }) }),
    { days: 89, unusedForDays: 90, operation: 'Decrypt' },
  ],
  [
    'usedRecently',
    withFacts({ lastUse: known({ use: 'used', at: 'not a date', operation: 'Decrypt' }) }),
    { at: 'not a date' },
  ],
  ['usedRecently', withFacts({ lastUse: known({ use: 'used', at: daysAgo(-1), operation: 'Sign' }) }), { days: -1 }],
  ['tooYoung', withFacts({ lastUse: known({ use: 'never', since: daysAgo(89) }) }), { days: 89, unusedForDays: 90 }],
  [
    'lastUseUntracked',
    withFacts({ lastUse: known({ use: 'unknown', trackedSince: daysAgo(200) }) }),
    { trackedSince: daysAgo(200) },
  ],
  [
    'lastUseUnknown',
    withFacts({ lastUse: unknown('access-denied', 'kms:GetKeyLastUsage is not permitted') }),
    { reason: 'access-denied' },
  ],
  ['aliased', withFacts({ aliases: known(['alias/app']) }), { count: 1, aliases: 'alias/app' }],
  ['aliased', withFacts({ aliases: known(['a', 'b', 'c', 'd', 'e', 'f']) }), { count: 6, aliases: 'a, b, c, d, e, …' }],
  ['granted', withFacts({ grants: known([grant, grant]) }), { count: 2, atLeast: false }],
  ['granted', withFacts({ grants: known([grant], 'there are more') }), { count: 1, atLeast: true }],
  ['shortWindow', scheduled({ call: { ...call, pendingWindowInDays: 29 } }), { days: 29, minimumWindowInDays: 30 }],
  ['windowUnknown', scheduled({ call: { ...call, pendingWindowInDays: null, requestOmitted: true } }), {}],
  [
    'primaryWithReplicas',
    scheduled({ facts: withMetadata(pendingFacts, family('PRIMARY', ['a replica'])) }),
    { replicas: 1 },
  ],
  [
    'waitsForReplicas',
    scheduled({
      facts: withMetadata(pendingFacts, {
        keyState: 'PendingReplicaDeletion',
        deletionDate: null,
        ...family('PRIMARY', ['a', 'b']),
      }),
    }),
    { replicas: 2 },
  ],
  ['replica', scheduled({ facts: withMetadata(pendingFacts, family('REPLICA', [])) }), { primary: perfect.primaryArn }],
  [
    'protectedByTag',
    withFacts({ tags: known({ 'kms-guard:protected': '' }) }),
    { key: 'kms-guard:protected', value: '' },
  ],
  [
    'protectedByTag',
    scheduled({ config: configWith({ protectedTags: { owner: 'payments' } }) }),
    { key: 'owner', value: 'payments' },
  ],
  [
    'protectedByList',
    scheduled({ config: configWith({ protectedKeys: ['arn:aws:kms:*:111122223333:key/*'] }) }),
    { pattern: 'arn:aws:kms:*:111122223333:key/*' },
  ],
  [
    'unexpectedActor',
    scheduled({ config: configWith({ expectedActors: ['arn:aws:iam::111122223333:role/Other'] }) }),
    { actor: call.actor.arn },
  ],
  [
    'unexpectedActor',
    scheduled({ config: configWith(byRole), call: { ...call, actor: { ...call.actor, arn: null, issuerArn: null } } }),
    { actor: 'an actor of type AssumedRole without an ARN' },
  ],
  ['rootActor', scheduled({ call: { ...call, actor: perfect.rootActor } }), { account: '111122223333' }],
  ['unprotectedLately', protectedUntilLately, { key: 'kms-guard:protected', value: 'yes', at: daysAgo(1) }],
  ['disabledBefore', disabledBy(call.actor.arn, 60), { minutes: 60 }],
  ['disabledBefore', disabledBy('arn:aws:sts::111122223333:assumed-role/KeyAdmin/another-session', 1), { minutes: 1 }],
  [
    'factUnknown',
    scheduled({ facts: perfect.without(pendingFacts, 'metadata') }),
    { fact: 'metadata', reason: 'access-denied' },
  ],
  [
    'factUnknown',
    scheduled({ facts: perfect.without(pendingFacts, 'aliases') }),
    { fact: 'aliases', reason: 'access-denied' },
  ],
  [
    'factUnknown',
    scheduled({ facts: perfect.without(pendingFacts, 'tags') }),
    { fact: 'tags', reason: 'access-denied' },
  ],
  [
    'factUnknown',
    scheduled({ facts: perfect.without(pendingFacts, 'grants') }),
    { fact: 'grants', reason: 'access-denied' },
  ],
  [
    'factUnknown',
    scheduled({ facts: perfect.without(pendingFacts, 'history') }),
    { fact: 'history', reason: 'access-denied' },
  ],
];

describe('each defect makes its own reason, and no other', () => {
  test.each(defects)('%s', (reason, input, values) => {
    const verdict = deletionScheduled.judge(input);
    expect(reasonIds(verdict)).toEqual([reason]);
    expect(verdict).toMatchObject({
      verdict: 'violation',
      message: 'pending',
      data: { reasons: [{ id: reason, ...values }] },
    });
  });

  test('without the metadata the call tells of the family', () => {
    const facts = perfect.without(pendingFacts, 'metadata');
    const verdict = deletionScheduled.judge(
      scheduled({ facts, call: { ...call, keyState: 'PendingReplicaDeletion' } }),
    );
    expect(reasonIds(verdict)).toEqual(['waitsForReplicas', 'factUnknown']);
  });

  test('every reason has a defect here', () => {
    const texts = Object.keys(deletionScheduled.messages);
    // `unbrought` is the sweep's own reason, see bring-calls.test.ts.
    const verdictTexts = ['unbrought', 'pending', 'unseen', 'gone', 'unreadable'];
    expect(new Set(defects.map(([reason]) => reason))).toEqual(
      new Set(texts.filter((id) => !verdictTexts.includes(id))),
    );
  });

  test('several defects, several reasons', () => {
    const facts = { ...pendingFacts, aliases: known(['alias/app']), lastUse: unknown('failed', '500') };
    const verdict = deletionScheduled.judge(
      scheduled({ facts, call: { ...call, pendingWindowInDays: 7, actor: perfect.rootActor } }),
    );
    expect(reasonIds(verdict)).toEqual(['lastUseUnknown', 'aliased', 'shortWindow', 'rootActor']);
  });
});

describe('properties', () => {
  test('a deletion is never taken for safe while a fact that it stands on is unknown', () => {
    fc.assert(
      fc.property(arbitraryInput, fc.constantFrom(...deletionScheduled.needs), (input, name) => {
        const facts = { ...input.facts, [name]: unknown('failed', 'x') };
        const verdict = deletionScheduled.judge({ ...input, facts });
        const { metadata } = facts;
        const isPending =
          metadata.known && ['PendingDeletion', 'PendingReplicaDeletion'].includes(metadata.value.keyState);
        const takenForSafe = verdict.verdict === 'compliant' && (!metadata.known || isPending);
        expect(takenForSafe).toBe(false);
      }),
      { numRuns: 1_000 },
    );
  });

  test('a pending key is compliant only without any reason', () => {
    fc.assert(
      fc.property(arbitraryInput, (input) => {
        const facts = withMetadata(input.facts, { keyState: 'PendingDeletion', keyManager: 'CUSTOMER' });
        const verdict = deletionScheduled.judge({ ...input, facts });
        if (verdict.verdict !== 'compliant') return;
        expect(factNames.filter((name) => deletionScheduled.needs.includes(name) && !facts[name].known)).toEqual([]);
        expect(input.call?.operation).toBe('ScheduleKeyDeletion');
        expect(facts.aliases).toMatchObject({ value: [] });
        expect(facts.grants).toMatchObject({ value: [] });
      }),
      { numRuns: 1_000 },
    );
  });

  test('unknowing any fact of a proven deletion makes exactly one reason', () => {
    for (const name of deletionScheduled.needs) {
      const verdict = deletionScheduled.judge(scheduled({ facts: perfect.without(pendingFacts, name) }));
      expect(reasonIds(verdict)).toEqual([name === 'lastUse' ? 'lastUseUnknown' : 'factUnknown']);
    }
  });
});
