import type { PrincipalElement, PrincipalEntry, Statement } from '../document.ts';
import type { KeyRequest } from '../request.ts';
import { type Match, MAYBE, matchOf, NO, YES } from './match-condition.ts';

const CALLER = /^arn:([^:]+):(iam|sts)::(\d{12}):(.+)$/;

type Caller = {
  readonly text: string;
  readonly partition: string;
  readonly account: string;
  /** `root`, `role/path/name`, `assumed-role/name/session`... Empty for a service or an unknown caller. */
  readonly resource: string;
  readonly type: KeyRequest['principalType'];
};

export const readCaller = (request: KeyRequest): Caller => {
  const arn = request.principalType === 'AWS' ? CALLER.exec(request.principal) : null;
  const [, partition = '', , account = '', resource = ''] = arn ?? [];
  return { text: request.principal, partition, account, resource, type: request.principalType };
};

/** Principal or NotPrincipal of a statement against the caller. */
export const matchPrincipal = (element: PrincipalElement, caller: Caller, effect: Statement['effect']): Match => {
  if (!element.negated) return matchOf(element.entries.some((entry) => names(entry, caller)));
  if (!element.entries.some((entry) => names(entry, caller))) return YES;
  if (element.entries.some((entry) => entry.kind === 'everyone')) return NO;
  return effect === 'Deny'
    ? deniedUnlessListed(element.entries, caller)
    : listedExactly(element.entries, caller)
      ? NO
      : MAYBE;
};

/**
 * Deny with NotPrincipal exempts exactly who is listed. AWS may check account, role and session one by one, so an exempt
 * principal whose account is not listed may still be denied, and a listed account alone may or may not exempt its people.
 */
const deniedUnlessListed = (entries: readonly PrincipalEntry[], caller: Caller): Match => {
  const account = entries.some((entry) => entry.kind === 'account' && names(entry, caller));
  if (listedExactly(entries, caller)) return account || caller.type === 'Service' ? NO : MAYBE;
  const others = entries.some(
    (entry) => entry.kind !== 'account' && 'account' in entry && entry.account === caller.account,
  );
  return account && !others ? MAYBE : YES;
};

/** A session counts as listed only when its role is listed too. */
const listedExactly = (entries: readonly PrincipalEntry[], caller: Caller): boolean =>
  entries.some((entry) => {
    if (entry.kind === 'account') return caller.resource === 'root' && names(entry, caller);
    if (entry.text !== caller.text) return false;
    return entry.kind !== 'session' || entries.some((other) => other.kind === 'role' && names(other, caller));
  });

/** Whether the entry names the caller, itself or through its account, role or user. */
const names = (entry: PrincipalEntry, caller: Caller): boolean => {
  switch (entry.kind) {
    case 'everyone':
      return true;
    case 'service':
      return caller.type === 'Service' && caller.text === entry.text;
    case 'account':
      return caller.account === entry.account && (entry.partition === '' || entry.partition === caller.partition);
    case 'role':
      return (
        caller.type === 'AWS' && (caller.text === entry.text || isSession(entry, caller, `assumed-role/${entry.name}/`))
      );
    case 'user':
      return caller.type === 'AWS' && (caller.text === entry.text || isFederatedBy(entry, caller));
    case 'session':
    case 'federated-user':
      return caller.type === 'AWS' && caller.text === entry.text;
    case 'unique-id':
    case 'nobody':
      return false;
  }
};

type InAccount = { readonly partition: string; readonly account: string };

/** Session ARNs carry no path, so role name and account decide. */
const isSession = (entry: InAccount, caller: Caller, start: string): boolean =>
  caller.account === entry.account && caller.partition === entry.partition && caller.resource.startsWith(start);

const isFederatedBy = (entry: InAccount & { readonly name: string }, caller: Caller): boolean =>
  isSession(entry, caller, 'federated-user/') && caller.resource === `federated-user/${entry.name}`;
