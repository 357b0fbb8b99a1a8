import type { CallOf } from '../../shared/calls/call.ts';
import { unknown } from '../../shared/facts/facts.ts';
import { accessTagChanged } from '../../shared/rules/access-tag-changed.ts';
import { callBase, configWith, disabling, inputWith, perfectFacts, without } from '../support/perfect-key.ts';
import { account, allow, alsoAllowing, withPolicy } from '../support/perfect-policy.ts';
import { reachesEveryText } from '../support/policy-columns.ts';
import { perfectPolicy } from '../support/policy-text.ts';
import { type Columns, twoColumns } from '../support/two-columns.ts';

const tagged = (tags: Readonly<Record<string, string>>, changes: Partial<CallOf<'TagResource'>> = {}) => ({
  ...callBase,
  eventName: 'TagResource',
  operation: 'TagResource' as const,
  tags,
  ...changes,
});
const untagged = (...tagKeys: readonly string[]) => ({
  ...callBase,
  eventName: 'UntagResource',
  operation: 'UntagResource' as const,
  tagKeys,
});
const facts = withPolicy(perfectPolicy);
const deciding = (Condition: Record<string, unknown>) =>
  withPolicy(alsoAllowing(allow({ Principal: { AWS: `arn:aws:iam::${account}:root` }, Condition })));
const byTeam = deciding({ StringEquals: { 'aws:ResourceTag/Team': 'orders' } });
const byVariable = deciding({ StringEquals: { 'aws:PrincipalTag/team': "${aws:ResourceTag/team, 'none'}" } });
const protecting = configWith({ protectedTags: { level: 'high' } });

const columns = {
  compliant: [
    { name: 'a tag on which nothing depends', input: inputWith({ call: tagged({ owner: 'dana' }), facts }) },
    { name: 'such a tag taken away', input: inputWith({ call: untagged('owner'), facts: byTeam }) },
    {
      name: 'the tag of the caller, not of the key',
      input: inputWith({ call: untagged('role'), facts: deciding({ StringEquals: { 'aws:PrincipalTag/role': 'x' } }) }),
    },
    { name: 'protection that is given', input: inputWith({ call: tagged({ 'kms-guard:protected': 'yes' }), facts }) },
    {
      name: 'protection by a value that is given',
      input: inputWith({ call: tagged({ level: 'high' }), facts, config: protecting }),
    },
    { name: 'a tag named like a property of every object', input: inputWith({ call: untagged('constructor'), facts }) },
    { name: 'no tag at all', input: inputWith({ call: untagged(), facts: without(perfectFacts, 'policy') }) },
    {
      name: 'a failed attempt',
      verdict: 'notApplicable',
      input: inputWith({
        call: tagged({ team: 'x' }, { failure: { errorCode: 'AccessDenied', errorMessage: null } }),
        facts: byTeam,
      }),
    },
    {
      name: 'a dry run',
      verdict: 'notApplicable',
      input: inputWith({ call: tagged({ team: 'x' }, { dryRun: true }), facts: byTeam }),
    },
    { name: 'another call', verdict: 'notApplicable', input: inputWith({ call: disabling, facts: byTeam }) },
    { name: 'a sweep', verdict: 'notApplicable', input: inputWith({ facts: byTeam }) },
  ],
  violating: [
    {
      name: 'a tag by which the policy decides, whatever its case',
      message: 'changed',
      severity: 'high',
      input: inputWith({ call: tagged({ team: 'other', owner: 'dana' }), facts: byTeam }),
      data: { operation: 'TagResource', tags: ['team', 'owner'], reasons: [{ id: 'decides', tag: 'team' }] },
    },
    {
      name: 'such a tag taken away',
      message: 'changed',
      input: inputWith({ call: untagged('Team'), facts: byTeam }),
      data: { reasons: [{ id: 'decides', tag: 'Team' }] },
    },
    {
      name: 'a tag that the policy reads as a variable',
      message: 'changed',
      input: inputWith({ call: untagged('team'), facts: byVariable }),
      data: { reasons: [{ id: 'decides' }] },
    },
    {
      name: 'the protection taken away',
      message: 'changed',
      input: inputWith({ call: untagged('kms-guard:protected'), facts }),
      data: { reasons: [{ id: 'protects', tag: 'kms-guard:protected' }] },
    },
    {
      name: 'set to a value that protects no longer',
      message: 'changed',
      input: inputWith({ call: tagged({ level: 'low' }), facts, config: protecting }),
      data: { reasons: [{ id: 'protects', tag: 'level' }] },
    },
    {
      name: 'the protection taken away, and the policy is unknown',
      message: 'changed',
      input: inputWith({ call: untagged('kms-guard:protected'), facts: without(perfectFacts, 'policy') }),
    },
    {
      name: 'the policy is unknown',
      verdict: 'undetermined',
      message: 'unreadable',
      input: inputWith({ call: untagged('team'), facts: without(perfectFacts, 'policy') }),
    },
    {
      name: 'the policy is no JSON',
      verdict: 'undetermined',
      message: 'unparsed',
      input: inputWith({ call: untagged('team'), facts: withPolicy('{') }),
    },
    {
      name: 'the request was left out',
      verdict: 'undetermined',
      message: 'omitted',
      input: inputWith({ call: tagged({}, { requestOmitted: true }), facts }),
    },
    {
      name: 'the key is gone',
      verdict: 'undetermined',
      message: 'gone',
      input: inputWith({ call: untagged('team'), facts: { ...perfectFacts, policy: unknown('not-found', 'no') } }),
    },
  ],
} satisfies Columns;

twoColumns(accessTagChanged, columns);
reachesEveryText(accessTagChanged, columns.violating);
