import type { CallOf } from '../calls/call.ts';
import type { Facts } from '../facts/facts.ts';
import { compliant, defineRule, notApplicable, type Verdict } from './define-rule.ts';
import { keysReadBy } from './policy/keys-read.ts';
import { cut, undeterminedBy, undeterminedTexts, violation } from './reason.ts';

type AliasCall = CallOf<'CreateAlias' | 'UpdateAlias' | 'DeleteAlias'>;

/**
 * Programs name a key by its alias: whoever moves it decides under which key they encrypt from now on, and a key policy may
 * decide by it who gets in. KMS developer guide, "Use aliases to control access to KMS keys".
 */
export const aliasRetargeted = defineRule({
  id: 'alias-retargeted',
  title: 'An alias was moved to another key, or changes who gets in',
  guard: 'policy-guard',
  severity: 'medium',
  watches: ['UpdateAlias', 'CreateAlias', 'DeleteAlias'],
  sweep: false,
  needs: ['policy'],
  remedy: null,
  controls: [],
  messages: {
    ...undeterminedTexts,
    moved: '{alias} now stands for this key; the record does not tell for which one it stood before',
    decides: '{operation} of {alias}: the key policy decides by aliases who gets in ({keys})',
    unparsed: 'The key policy cannot be read: whether {operation} of {alias} changes who gets in is unknown',
  },
  remediation:
    'Ask whoever moved the alias whether it was meant, and move it back (UpdateAlias) if not. ' +
    'Data that was encrypted meanwhile stands under the new key.',
  judge: ({ call, facts }) => {
    if (!isAliasCall(call) || call.failure !== null || call.dryRun) return notApplicable;
    return judgeAlias(call, facts);
  },
});

const isAliasCall = (call: { readonly operation: string } | null): call is AliasCall =>
  call !== null && ['CreateAlias', 'UpdateAlias', 'DeleteAlias'].includes(call.operation);

const judgeAlias = (call: AliasCall, { policy }: Facts): Verdict => {
  const alias = cut(call.aliasName ?? 'an alias that the record does not name', 190);
  const data = { operation: call.operation, alias };
  const read = policy.known ? keysReadBy(policy.value) : null;
  const keys = [...(read?.keys ?? [])].filter((key) => key === 'kms:resourcealiases' || key === 'kms:requestalias');
  if (keys.length > 0) return { verdict: 'violation', message: 'decides', severity: 'high', data: { ...data, keys } };
  if (call.operation === 'UpdateAlias') return violation('moved', data);
  if (!policy.known) return undeterminedBy('policy', policy);
  return read?.certain === true ? compliant : { verdict: 'undetermined', message: 'unparsed', data };
};
