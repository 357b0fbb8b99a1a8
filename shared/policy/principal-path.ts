import { type KeyPolicy, type PrincipalEntry, type Statement, statementName } from './document.ts';
import { evaluate } from './evaluator/evaluate.ts';
import { type KeyRequest, type RequestContext, withCallerKeys } from './request.ts';

export type PrincipalQuestion = {
  /** A role or user ARN of the key's own account. */
  readonly principal: string;
  /** `kms:CancelKeyDeletion` */
  readonly action: string;
  readonly keyArn: string | null;
  /** What else is known of the call, such as the organization. The rest is a plain call: no MFA, no endpoint, no tags. */
  readonly context?: RequestContext;
};

/**
 * How the key policy lets one principal do one action, counting only what AWS documents.
 * `direct`: it names the principal, or everybody. `account`: through the account, so an IAM policy must allow it too.
 * `denied`: an explicit Deny stops it. `none`: no statement reaches it.
 */
export type PrincipalPath =
  | { readonly path: 'direct' | 'account' | 'denied'; readonly statements: readonly string[] }
  | { readonly path: 'none'; readonly statements: readonly [] };

/** Answers for the principal itself and, for a role, for any session of it: the worse of the two counts. Pure. */
export const principalPath = (policy: KeyPolicy, question: PrincipalQuestion): PrincipalPath => {
  const evaluations = forms(question).map((request) => evaluate(policy, request, 'narrow'));
  const worst =
    evaluations.find((one) => one.decision === 'ExplicitDeny') ??
    evaluations.find((one) => one.decision === 'ImplicitDeny') ??
    evaluations[0];
  if (worst === undefined || worst.decision === 'ImplicitDeny') return { path: 'none', statements: [] };
  const statements = worst.statements.map(statementName);
  if (worst.decision === 'ExplicitDeny') return { path: 'denied', statements };
  return {
    path: worst.statements.some((one) => namesDirectly(one, question.principal)) ? 'direct' : 'account',
    statements,
  };
};

const ROLE = /^arn:([^:]+):iam::(\d{12}):role\/(?:.*\/)?([^/]+)$/;

const forms = ({ principal, action, keyArn, context = {} }: PrincipalQuestion): readonly KeyRequest[] => {
  const role = ROLE.exec(principal);
  const plain: RequestContext = {
    'aws:PrincipalIsAWSService': 'false',
    'aws:ViaAWSService': 'false',
    'aws:SecureTransport': 'true',
    ...(role === null
      ? {}
      : { 'aws:MultiFactorAuthPresent': 'false', 'aws:PrincipalArn': principal, 'aws:PrincipalType': 'AssumedRole' }),
    ...context,
  };
  const request = (who: string): KeyRequest =>
    withCallerKeys({ principal: who, principalType: 'AWS', action, resource: keyArn, context: plain });
  if (role === null) return [request(principal)];
  const [, partition = '', account = '', name = ''] = role;
  return [request(principal), request(`arn:${partition}:sts::${account}:assumed-role/${name}/any-session`)];
};

const namesDirectly = ({ principal }: Statement, arn: string): boolean =>
  principal.negated ||
  principal.entries.some((entry: PrincipalEntry) => entry.kind === 'everyone' || entry.text === arn);
