import type { GuardConfig } from '../config/config.ts';
import type { Facts } from '../facts/facts.ts';
import { samePolicy } from '../policy-text.ts';
import { type Access, diffPolicies, parsePolicy, type Who } from '../policy/index.ts';
import { zoneOfKey } from '../rules/policy/analysis.ts';
import { whoGetsIn } from '../rules/policy/words.ts';
import { cut } from '../rules/reason.ts';

/** What one class of callers may now do and could not before, or no longer. */
export type AccessChange = {
  readonly who: Who;
  readonly principal: string;
  /** The same for people, as the beginning of a sentence. */
  readonly subject: string;
  readonly actions: readonly string[];
  /** Sids, or `Statement[2]` where there is none. */
  readonly statements: readonly string[];
  /** False where AWS does not document it, or the analysis did not finish. */
  readonly certain: boolean;
  /** The account may hand it out by IAM policies; nobody has it by the key policy alone. */
  readonly delegated: boolean;
};

/** Who gained and lost what, by the policy now in force against the last one in the ledger. */
export type PolicyChange = {
  /** When the earlier policy was seen in force, ISO 8601. */
  readonly since: string;
  readonly gained: readonly AccessChange[];
  readonly lost: readonly AccessChange[];
  /** How many more there are than the lists hold. */
  readonly more: { readonly gained: number; readonly lost: number };
  readonly becamePublic: boolean;
  readonly becameUnmanageable: boolean;
};

const listLength = 12;
const textLength = 190;

/** Null where there is nothing to compare: a policy unknown or unreadable, the first one of a key, or the same text as before. */
export const policyChangeOf = (facts: Facts, config: GuardConfig): PolicyChange | null => {
  const { policy, policyHistory, keyArn } = facts;
  if (!policy.known || !policyHistory.known) return null;
  const [last] = policyHistory.value.versions;
  if (last === undefined || samePolicy(last.policy, policy.value)) return null;
  const before = parsePolicy(last.policy).policy;
  const after = parsePolicy(policy.value).policy;
  if (before === null || after === null) return null;
  const diff = diffPolicies({ before, after }, zoneOfKey(facts, config), { keyArn });
  const gained = changes(diff.gained, diff.delegation.gained);
  const lost = changes(diff.lost, diff.delegation.lost);
  return {
    since: last.at,
    gained: gained.slice(0, listLength),
    lost: lost.slice(0, listLength),
    more: { gained: Math.max(0, gained.length - listLength), lost: Math.max(0, lost.length - listLength) },
    becamePublic: diff.becamePublic,
    becameUnmanageable: diff.becameUnmanageable,
  };
};

/** Strangers first: a long list of insiders must not push them out. */
const order: readonly Who[] = ['public', 'external', 'conditional', 'service', 'trusted', 'organization', 'account'];

const changes = (direct: readonly Access[], delegated: readonly Access[]): readonly AccessChange[] => {
  const all = [
    ...direct.map((access) => changeOf(access, false)),
    ...delegated.map((access) => changeOf(access, true)),
  ];
  const anyone = all.filter(({ who, certain }) => who === 'public' && certain);
  // What anyone may do is not said again of everybody in particular.
  const isSaid = ({ who, actions }: AccessChange): boolean =>
    who !== 'public' && anyone.some((each) => actions.every((action) => each.actions.includes(action)));
  return all
    .filter((change) => !isSaid(change))
    .toSorted((a, b) => Number(a.delegated) - Number(b.delegated) || order.indexOf(a.who) - order.indexOf(b.who));
};

const changeOf = (access: Access, delegated: boolean): AccessChange => ({
  who: access.who,
  principal: cut(access.principal, textLength),
  subject: isAnyService(access) ? 'Any AWS service on behalf of somebody inside' : whoGetsIn(access),
  actions: access.actions.map((action) => cut(action, textLength)),
  statements: access.statements.slice(0, listLength).map((name) => cut(name, textLength)),
  certain: access.certain && access.witness !== null,
  delegated,
});

const isAnyService = ({ who, principal }: Access): boolean =>
  principal === '*' && (who === 'trusted' || who === 'organization' || who === 'account');
