import type { Reason } from '../define-rule.ts';
import { listed } from '../policy/words.ts';
import { cut } from '../reason.ts';
import type { JudgedGrant } from './judged-grants.ts';

/** The values of a reason about one grant; the whole id, for the one who revokes it. */
export const grantValues = ({ grant, grantee, limited }: JudgedGrant): Omit<Reason, 'id'> => ({
  grantId: cut(grant.grantId, 128),
  grantee: cut(grantee.text, 190),
  account: grantee.account,
  operations: listed(grant.operations, 12),
  limited,
  constraints: constraintsOf(grant.constraints, limited),
});

const constraintsOf = (constraints: JudgedGrant['grant']['constraints'], limited: boolean): string => {
  const { encryptionContextEquals, encryptionContextSubset, sourceArn } = constraints ?? {};
  const texts = [
    ...Object.entries(encryptionContextEquals ?? {}),
    ...Object.entries(encryptionContextSubset ?? {}),
    ...(sourceArn === undefined || sourceArn === null ? [] : [['source ARN', sourceArn] as const]),
  ].map(([name, value]) => `${name} = ${value}`);
  if (texts.length > 0) return listed(texts);
  return limited ? 'an encryption context or source ARN' : 'nothing';
};
