import { matchesArnPattern } from './arn-pattern.ts';
import { arnsOf, principalOf } from './principal.ts';

/** The configuration's mapping of people: Slack user id to name and the AWS principals that this person uses. */
export type People = Readonly<Record<string, { readonly name: string; readonly principals: readonly string[] }>>;

/** Who may approve; null where the configuration names nobody: then IAM alone says who may write the ledger. */
export type Approvers = { readonly users: People; readonly approvers: readonly string[] } | null;

/** Somebody who approves or revokes. */
export type Person = {
  /** As STS tells it; null of somebody who is known by a Slack user only. */
  readonly arn: string | null;
  readonly slackUser: string | null;
  readonly name: string;
};

/** Are four eyes looking? `unknown-person`: the mapping does not tell who `principal` is. `no-approver`: they may not approve. */
export type FourEyes =
  | { readonly fourEyes: 'yes' }
  | { readonly fourEyes: 'same-person' }
  | { readonly fourEyes: 'no-approver' }
  | { readonly fourEyes: 'unknown-person'; readonly principal: string };

/** Ids of the people that the mapping knows behind these ARNs; several where they share a role. */
export const peopleBehind = (people: People, arns: readonly string[]): readonly string[] =>
  Object.entries(people)
    .filter(([, { principals }]) => principals.some((pattern) => arns.some((arn) => matchesArnPattern(pattern, arn))))
    .map(([id]) => id);

/** As recorded by CloudTrail or told by STS; `issuerArn` is the role behind a session. */
export type Requester = { readonly arn: string | null; readonly issuerArn: string | null };

/**
 * Is the approver somebody else than who asks, and one who may approve? People that the mapping knows are compared as people,
 * also through other roles; everybody who may stand behind a shared role counts. Without a mapping two principals are two people.
 */
export const fourEyes = (
  policy: Approvers,
  requester: Requester,
  approver: Pick<Person, 'arn' | 'slackUser'>,
): FourEyes => {
  if (policy === null) return twoPrincipals(requester, approver);
  const { users, approvers } = policy;
  const asking = peopleBehind(users, arnsOf(requester));
  const approving = approvingPeople(users, approver);
  if (asking.some((id) => approving.includes(id))) return { fourEyes: 'same-person' };
  if (approving.length === 0) return unknownPerson(approver.arn ?? approver.slackUser);
  if (!approving.every((id) => approvers.includes(id))) return { fourEyes: 'no-approver' };
  return asking.length === 0 ? unknownPerson(requester.arn) : { fourEyes: 'yes' };
};

const unknownPerson = (principal: string | null): FourEyes => ({
  fourEyes: 'unknown-person',
  principal: principal ?? 'somebody without an ARN',
});

const approvingPeople = (users: People, { arn, slackUser }: Pick<Person, 'arn' | 'slackUser'>): readonly string[] => [
  ...(slackUser !== null && Object.hasOwn(users, slackUser) ? [slackUser] : []),
  ...(arn === null ? [] : peopleBehind(users, arnsOf({ arn, issuerArn: null }))),
];

const twoPrincipals = (requester: Requester, approver: Pick<Person, 'arn' | 'slackUser'>): FourEyes => {
  if (requester.arn === null || approver.arn === null) return unknownPerson(requester.arn ?? approver.slackUser);
  // A user names the sessions of GetFederationToken at will, and STS does not tell an approver's user.
  if (isFederatedUser(approver.arn)) return unknownPerson(approver.arn);
  const approving = approver.arn;
  const isOne = arnsOf(requester).some((arn) => isSame(arn, approving));
  return isOne ? { fourEyes: 'same-person' } : { fourEyes: 'yes' };
};

const isFederatedUser = (arn: string): boolean => arn.split(':')[5]?.startsWith('federated-user/') === true;

/** Two sessions of one role may be one person, whatever their names: whoever assumes a role chooses its session's name. */
const isSame = (one: string, other: string): boolean => principalOf(one).arn === principalOf(other).arn;
