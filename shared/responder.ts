/** What the guard's sessions in member accounts carry as their source identity: CloudTrail shows it at every call. */
export const guardIdentity = 'kms-guard';

/** Names of the guard's sessions in members. Those that may write are asked for by name, and nobody else may call himself so. */
export const writerSessions = ['deletion-guard', 'policy-guard', 'rotation-guard', 'slack-answers'] as const;
export const sweepSession = 'kms-guard-sweep';
export const reportSession = 'kms-guard-report';
export const notifierSession = 'notifier';
export const readerSessions = [reportSession, sweepSession, notifierSession] as const;

/** How a guard gets into the accounts of its organization. */
export type ResponderSettings = {
  /** Name of the guard's role in each member account. */
  readonly roleName: string;
  readonly externalId: string;
  /** Which guard it is. */
  readonly sessionName: string;
};

const partOf = (arn: string, at: 1 | 4): string => arn.split(':')[at] ?? '';
export const accountOfArn = (arn: string): string => partOf(arn, 4);

const isPattern = (role: string): boolean => accountOfArn(role) === '*';

/** The guard's roles with those that it has in one account: its own there, or else the responder. */
export const knownRoles = (ownRoles: readonly string[], account: string): readonly string[] => {
  const named = ownRoles.filter((role) => !isPattern(role));
  if (named.some((role) => accountOfArn(role) === account)) return named;
  return [...named, ...ownRoles.filter(isPattern).map((role) => role.replace('::*:', `::${account}:`))];
};

/** The guard's own roles and, in an organization, the responders of every account as one pattern. */
export const withResponders = (
  ownRoles: readonly string[],
  organization: { readonly responderRole: string } | null,
): readonly string[] => {
  const [first] = ownRoles;
  if (organization === null || first === undefined) return ownRoles;
  return [...ownRoles, `arn:${partOf(first, 1)}:iam::*:role/${organization.responderRole}`];
};
