import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { known, unknown } from '../../shared/facts/facts.ts';
import type { Forwarding } from '../../shared/facts/forwarding.ts';
import { forwardingMissing } from '../../shared/rules/forwarding-missing.ts';
import { rules } from '../../shared/rules/index.ts';
import { forwardedOperations } from '../../shared/rules/routes.ts';
import {
  forwardingRule,
  forwardingWith,
  goodPatterns,
  membersBusArn,
  organization,
} from '../support/memory-forwarding.ts';
import { account, region } from '../support/perfect-key.ts';
import { reachesEveryText } from '../support/policy-columns.ts';
import { swept } from '../support/sweep-columns.ts';
import { type Columns, twoColumns } from '../support/two-columns.ts';

const under = (forwarding: Forwarding, rulesOff: readonly string[] = []) =>
  swept(
    { forwarding: known(forwarding) },
    {},
    { organization, rules: Object.fromEntries(rulesOff.map((id) => [id, { enabled: false }])) },
  );

const calls = { ...goodPatterns['Calls'] };
const detail = { eventSource: ['kms.amazonaws.com'], eventName: forwardedOperations(rules) };
const kms = (some: Readonly<Record<string, unknown>>, state?: string) =>
  forwardingWith({ Calls: forwardingRule('Calls', { ...calls, ...some }, state) });
const names = (...unwanted: readonly string[]) => forwardedOperations(rules).filter((name) => !unwanted.includes(name));
const without = (...unwanted: readonly string[]) => kms({ detail: { ...detail, eventName: names(...unwanted) } });
const odd = (eventPattern: string | null) =>
  forwardingWith({ Calls: { name: 'Calls', described: known({ state: 'ENABLED', eventPattern }) } });
const denied = unknown('access-denied', 'events:DescribeRule is not permitted');
const everyName = forwardedOperations(rules).map((name) => `kms.amazonaws.com ${name}`);

const columns = {
  compliant: [
    { name: 'the rules of the member template', input: under(forwardingWith()) },
    {
      name: 'a rule that takes reads too',
      input: under(kms({}, 'ENABLED_WITH_ALL_CLOUDTRAIL_MANAGEMENT_EVENTS')),
    },
    {
      name: 'two rules that share the calls out, and one that is disabled beside them',
      input: under(
        forwardingWith(
          { Calls: forwardingRule('Calls', { ...calls, detail: { ...detail, eventName: names('DisableKey') } }) },
          [
            forwardingRule('Rest', { source: ['aws.kms'], detail: { eventName: ['DisableKey'] } }),
            forwardingRule('Old', calls, 'DISABLED'),
          ],
        ),
      ),
    },
    { name: 'every call of KMS', input: under(kms({ detail: { eventSource: ['kms.amazonaws.com'] } })) },
    {
      name: 'calls by their beginning, their end, and but for some that nobody watches',
      input: under(
        kms({
          source: [{ prefix: 'aws.' }],
          'detail-type': [{ suffix: ' via CloudTrail' }],
          account: [account],
          region: [region, 'us-east-1'],
          detail: { eventName: [{ 'anything-but': ['Decrypt', 'Encrypt'] }] },
        }),
      ),
    },
    {
      name: 'calls that only a rule watches that is switched off',
      input: under(without('TagResource', 'UntagResource'), ['access-tag-changed']),
    },
    {
      name: 'no organization is configured',
      verdict: 'notApplicable',
      input: swept({ forwarding: known(forwardingWith({ Calls: undefined })) }),
    },
    {
      name: 'the guard itself, or a command line that knows no bus',
      verdict: 'notApplicable',
      input: swept({ forwarding: known(null) }, {}, { organization }),
    },
  ],
  violating: [
    {
      name: 'no rule has the bus as its target',
      message: 'noRule',
      severity: 'high',
      input: under({ busArn: membersBusArn, rules: [] }),
      data: { account, region },
    },
    {
      name: 'the rule of the calls of KMS is gone, or its target',
      message: 'missing',
      severity: 'high',
      input: under(forwardingWith({ Calls: undefined })),
      data: { notPassed: everyName, doubtful: [], reasons: [{ id: 'notPassed', eventSource: 'kms.amazonaws.com' }] },
    },
    {
      name: 'it is disabled',
      message: 'missing',
      severity: 'high',
      input: under(kms({}, 'DISABLED')),
      data: { notPassed: everyName, reasons: [{ id: 'notPassed' }, { id: 'disabled', rule: 'Calls' }] },
    },
    {
      name: 'a state that nobody knows',
      message: 'missing',
      input: under(kms({}, 'ENABLED_SOMEHOW')),
      data: { notPassed: everyName },
    },
    {
      name: 'two calls were taken from its pattern',
      message: 'missing',
      input: under(without('ScheduleKeyDeletion', 'PutKeyPolicy')),
      data: {
        account,
        region,
        notPassed: ['kms.amazonaws.com PutKeyPolicy', 'kms.amazonaws.com ScheduleKeyDeletion'],
        reasons: [{ id: 'notPassed', eventSource: 'kms.amazonaws.com', calls: 'PutKeyPolicy, ScheduleKeyDeletion' }],
      },
    },
    {
      name: 'one call is left out by name',
      message: 'missing',
      input: under(kms({ detail: { ...detail, eventName: [{ 'anything-but': 'ScheduleKeyDeletion' }] } })),
      data: { notPassed: ['kms.amazonaws.com ScheduleKeyDeletion'] },
    },
    {
      name: 'another account, another Region, another source',
      message: 'missing',
      input: under(
        forwardingWith({ Calls: forwardingRule('Calls', { ...calls, account: ['999988887777'] }) }, [
          forwardingRule('Far', { ...calls, detail: { ...detail, awsRegion: ['mars-1'] } }),
          forwardingRule('Other', { ...calls, source: ['aws.s3'] }),
        ]),
      ),
      data: { notPassed: everyName },
    },
    {
      name: "KMS's own events are left out",
      message: 'missing',
      input: under(kms({ 'detail-type': ['AWS API Call via CloudTrail'] })),
      data: { notPassed: expect.arrayContaining(['kms.amazonaws.com DeleteKey']) },
    },
    {
      name: 'it goes by the clock',
      message: 'missing',
      input: under(odd(null)),
      data: { notPassed: everyName, reasons: [{ id: 'notPassed' }, { id: 'noPattern' }] },
    },
    {
      name: 'the calls that disarm the guard are not passed on: who stops a trail is not heard',
      message: 'missing',
      input: under(forwardingWith({ cloudtrail: undefined })),
      data: { notPassed: expect.arrayContaining(['cloudtrail.amazonaws.com StopLogging']) },
    },
    {
      name: 'one call is left out for sure, others perhaps',
      message: 'missing',
      input: under(
        forwardingWith({
          Calls: forwardingRule('Calls', { ...calls, detail: { ...detail, eventName: names('DisableKey') } }),
          iam: forwardingRule('iam', {
            ...goodPatterns['iam'],
            detail: { $or: [{ eventSource: ['iam.amazonaws.com'] }] },
          }),
        }),
      ),
      data: {
        notPassed: ['kms.amazonaws.com DisableKey'],
        doubtful: expect.arrayContaining(['iam.amazonaws.com DeleteRole']),
        reasons: [{ id: 'notPassed' }, { id: 'doubtful' }, { id: 'narrowed', rule: 'iam' }],
      },
    },
    {
      name: 'one rule is gone, and another that cannot be described might do its work',
      verdict: 'undetermined',
      message: 'uncertain',
      input: under(forwardingWith({ Calls: undefined, iam: { name: 'iam', described: denied } })),
      data: { notPassed: [], doubtful: expect.arrayContaining([...everyName, 'iam.amazonaws.com DeleteRole']) },
    },
    {
      name: 'a condition on what differs from call to call',
      verdict: 'undetermined',
      message: 'uncertain',
      severity: 'high',
      input: under(kms({ detail: { ...detail, userIdentity: { arn: [{ prefix: 'arn:aws:iam::1' }] } } })),
      data: { notPassed: [], doubtful: everyName, reasons: [{ id: 'doubtful' }, { id: 'narrowed', rule: 'Calls' }] },
    },
    {
      name: 'a pattern that is no JSON',
      verdict: 'undetermined',
      message: 'uncertain',
      input: under(odd('{')),
      data: { notPassed: [], doubtful: everyName, reasons: [{ id: 'doubtful' }, { id: 'oddPattern' }] },
    },
    {
      name: 'a pattern in which a name stands twice: which one counts?',
      verdict: 'undetermined',
      message: 'uncertain',
      input: under(odd(`{"detail":{"eventName":["Decrypt"]},${JSON.stringify(calls).slice(1)}`)),
      data: { reasons: [{ id: 'doubtful' }, { id: 'oddPattern', problem: '$.detail stands twice' }] },
    },
    {
      name: 'a rule that cannot be described',
      verdict: 'undetermined',
      message: 'uncertain',
      input: under(forwardingWith({ Calls: { name: 'Calls', described: denied } })),
      data: { reasons: [{ id: 'doubtful' }, { id: 'unreadRule', rule: 'Calls', detail: denied.detail }] },
    },
    {
      name: 'the rules cannot be listed',
      verdict: 'undetermined',
      message: 'unreadable',
      severity: 'high',
      input: swept(
        { forwarding: unknown('access-denied', 'events:ListRuleNamesByTarget is not permitted') },
        {},
        { organization },
      ),
      data: { account, region, reason: 'access-denied', detail: 'events:ListRuleNamesByTarget is not permitted' },
    },
  ],
} satisfies Columns;

twoColumns(forwardingMissing, columns);
reachesEveryText(forwardingMissing, columns.violating);

describe('whatever stands in a pattern', () => {
  const verdictOf = (forwarding: Forwarding) => forwardingMissing.judge(under(forwarding)).verdict;
  const anyPattern = fc.oneof(fc.json(), fc.string(), fc.constant(null));
  const condition = fc.array(fc.oneof(fc.jsonValue(), fc.dictionary(fc.string(), fc.jsonValue(), { maxKeys: 2 })));

  test('what is odd is never compliant', () => {
    fc.assert(
      fc.property(anyPattern, fc.constantFrom(...Object.keys(goodPatterns)), (eventPattern, name) => {
        const rule = { name, described: known({ state: 'ENABLED', eventPattern }) };
        expect(verdictOf(forwardingWith({ [name]: rule }))).not.toBe('compliant');
      }),
      { numRuns: 500 },
    );
  });

  test('a condition more, on what may differ from call to call, is never compliant', () => {
    const seen = ['source', 'detail-type', 'account', 'region', 'detail'];
    const seenInDetail = ['eventSource', 'eventName', 'awsRegion', 'recipientAccountId'];
    fc.assert(
      fc.property(fc.string(), condition, fc.boolean(), (field, more, inDetail) => {
        fc.pre(!(inDetail ? seenInDetail : seen).includes(field) && field !== '__proto__');
        const narrowed = inDetail ? { detail: { ...detail, [field]: more } } : { [field]: more };
        expect(verdictOf(kms(narrowed))).not.toBe('compliant');
      }),
      { numRuns: 500 },
    );
  });

  test('each call that is taken out is told by its name, and no other', () => {
    fc.assert(
      fc.property(fc.subarray([...forwardedOperations(rules)], { minLength: 1 }), (unwanted) => {
        fc.pre(unwanted.length < forwardedOperations(rules).length);
        expect(forwardingMissing.judge(under(without(...unwanted)))).toMatchObject({
          verdict: 'violation',
          data: { notPassed: unwanted.map((name) => `kms.amazonaws.com ${name}`), doubtful: [] },
        });
      }),
    );
  });
});
