import { principalPath } from '../../policy/index.ts';
import type { Reason } from '../define-rule.ts';
import { cut, reasonsOf } from '../reason.ts';
import type { ReadPolicy } from './analysis.ts';
import { listed } from './words.ts';

/** What it takes to save a key: to see it, to cancel its deletion and enable it, and to put its policy right. */
export const savingActions = [
  'kms:DescribeKey',
  'kms:GetKeyPolicy',
  'kms:CancelKeyDeletion',
  'kms:EnableKey',
  'kms:PutKeyPolicy',
] as const;

export const guardPathTexts = {
  denied: 'A Deny keeps {role} from {actions}: {statements}',
  noPath:
    'No statement lets the guard do {actions}: it has no role that the policy names, and the account passes nothing on',
} as const;
const reason = reasonsOf(guardPathTexts);

/** What the policy keeps the guard from, and whether it can still put the policy right. */
export type Obstacles = { readonly reasons: readonly Reason[]; readonly actions: readonly string[] };

/**
 * Each guard has a role of its own and needs only some actions, so a role without a path is no obstacle while another has one;
 * but nobody denies a guard's role something by accident.
 */
export const obstaclesFor = (roles: readonly string[], read: ReadPolicy): Obstacles => {
  const asked = roles.flatMap((role) => savingActions.map((action) => ({ role, action, ...ask(role, action, read) })));
  const denied = Map.groupBy(
    asked.filter(({ path }) => path === 'denied'),
    ({ role, statements }) => `${role} ${statements.join()}`,
  );
  const pathless = savingActions.filter((action) =>
    asked.every((one) => one.action !== action || one.path === 'none' || one.path === 'denied'),
  );
  const unreached = pathless.filter((action) => asked.some((one) => one.action === action && one.path === 'none'));
  return {
    reasons: [
      ...[...denied.values()].slice(0, 10).flatMap((group) => deniedReason(group)),
      ...(unreached.length > 0 ? [reason('noPath', { actions: listed(unreached) })] : []),
    ],
    actions: savingActions.filter(
      (action) => pathless.includes(action) || asked.some((one) => one.action === action && one.path === 'denied'),
    ),
  };
};

type Asked = { readonly role: string; readonly action: string; readonly statements: readonly string[] };

const deniedReason = (group: readonly Asked[]): readonly Reason[] => {
  const [first] = group;
  if (first === undefined) return [];
  const statements = listed(first.statements.map((name) => `"${name}"`));
  return [
    reason('denied', { role: cut(first.role, 190), actions: listed(group.map(({ action }) => action)), statements }),
  ];
};

const ask = (principal: string, action: string, { policy, keyArn, zone }: ReadPolicy) => {
  const context = zone.org === null ? {} : { 'aws:PrincipalOrgID': zone.org, 'aws:ResourceOrgID': zone.org };
  return principalPath(policy, { principal, action, keyArn, context });
};
