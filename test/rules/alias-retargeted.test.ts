import type { CallOf } from '../../shared/calls/call.ts';
import { unknown } from '../../shared/facts/facts.ts';
import { aliasRetargeted } from '../../shared/rules/alias-retargeted.ts';
import { callBase, disabling, inputWith, perfectFacts, without } from '../support/perfect-key.ts';
import { account, allow, alsoAllowing, withPolicy } from '../support/perfect-policy.ts';
import { reachesEveryText } from '../support/policy-columns.ts';
import { perfectPolicy } from '../support/policy-text.ts';
import { type Columns, twoColumns } from '../support/two-columns.ts';

type AliasCall = CallOf<'CreateAlias' | 'UpdateAlias' | 'DeleteAlias'>;
const call = (operation: AliasCall['operation'], changes: Partial<AliasCall> = {}) => ({
  ...callBase,
  aliasName: 'alias/orders',
  ...changes,
  eventName: operation,
  operation,
});
const deciding = (Condition: Record<string, unknown>) =>
  withPolicy(alsoAllowing(allow({ Principal: { AWS: `arn:aws:iam::${account}:role/app` }, Condition })));
const byAlias = deciding({ StringEquals: { 'kms:RequestAlias': 'alias/orders' } });
const facts = withPolicy(perfectPolicy);

const columns = {
  compliant: [
    { name: 'a new alias', input: inputWith({ call: call('CreateAlias'), facts }) },
    { name: 'an alias deleted', input: inputWith({ call: call('DeleteAlias'), facts }) },
    {
      name: 'a failed attempt',
      verdict: 'notApplicable',
      input: inputWith({
        call: call('UpdateAlias', { failure: { errorCode: 'AccessDenied', errorMessage: null } }),
        facts,
      }),
    },
    {
      name: 'a dry run',
      verdict: 'notApplicable',
      input: inputWith({ call: call('UpdateAlias', { dryRun: true }), facts }),
    },
    { name: 'another call', verdict: 'notApplicable', input: inputWith({ call: disabling, facts: byAlias }) },
    { name: 'a sweep', verdict: 'notApplicable', input: inputWith({ facts: byAlias }) },
  ],
  violating: [
    {
      name: 'an alias moved',
      message: 'moved',
      severity: 'medium',
      input: inputWith({ call: call('UpdateAlias'), facts }),
      data: { alias: 'alias/orders' },
    },
    {
      name: 'an alias moved, and the policy is unknown',
      message: 'moved',
      input: inputWith({ call: call('UpdateAlias'), facts: without(perfectFacts, 'policy') }),
    },
    {
      name: 'moved to a key that lets in by alias',
      message: 'decides',
      severity: 'high',
      input: inputWith({ call: call('UpdateAlias'), facts: byAlias }),
      data: { operation: 'UpdateAlias', keys: ['kms:requestalias'] },
    },
    {
      name: 'a new alias of such a key',
      message: 'decides',
      input: inputWith({ call: call('CreateAlias'), facts: byAlias }),
    },
    {
      name: 'an alias of such a key deleted',
      message: 'decides',
      input: inputWith({
        call: call('DeleteAlias', { aliasName: null }),
        facts: deciding({ 'ForAnyValue:StringEquals': { 'KMS:ResourceAliases': 'alias/orders' } }),
      }),
    },
    {
      name: 'a new alias, and the policy is unknown',
      verdict: 'undetermined',
      message: 'unreadable',
      input: inputWith({ call: call('CreateAlias'), facts: without(perfectFacts, 'policy') }),
    },
    {
      name: 'a new alias, and the policy is no JSON',
      verdict: 'undetermined',
      message: 'unparsed',
      input: inputWith({ call: call('CreateAlias'), facts: withPolicy('{') }),
    },
    {
      name: 'the key is gone',
      verdict: 'undetermined',
      message: 'gone',
      input: inputWith({ call: call('DeleteAlias'), facts: { ...perfectFacts, policy: unknown('not-found', 'no') } }),
    },
  ],
} satisfies Columns;

twoColumns(aliasRetargeted, columns);
reachesEveryText(aliasRetargeted, columns.violating);
