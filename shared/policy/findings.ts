import type { Severity, VerdictData } from '../rules/define-rule.ts';
import type { Access } from './access-entry.ts';
import { type KeyPolicy, type Statement, statementName } from './document.ts';
import type { IneffectiveStatement } from './ineffective.ts';
import type { Manageability } from './manageability.ts';
import type { DutyBreach } from './separation.ts';
import type { TrustZone } from './zone.ts';

/** One thing to say about a key policy, under the id of the rule that judges it. */
export type PolicyFinding = {
  readonly rule: PolicyRule;
  readonly verdict: 'violation' | 'undetermined';
  readonly severity: Severity;
  readonly message: string;
  readonly data: VerdictData;
};

export type PolicyRule =
  | 'policy-public'
  | 'policy-cross-account'
  | 'policy-service-unscoped'
  | 'policy-unmanageable'
  | 'policy-wildcard-principal'
  | 'policy-admin-and-use'
  | 'policy-not-principal'
  | 'policy-stale-principal'
  | 'policy-ineffective'
  | 'policy-no-encryption-context';

type Verdicts = {
  readonly access: readonly Access[];
  readonly manageability: Manageability;
  readonly breaches: readonly DutyBreach[];
  readonly ineffective: readonly IneffectiveStatement[];
};

export const policyFindings = (policy: KeyPolicy, verdicts: Verdicts, zone: TrustZone): readonly PolicyFinding[] => [
  ...accessFindings(verdicts.access),
  ...manageabilityFindings(verdicts.manageability, zone),
  ...policy.statements.flatMap(elementFindings),
  ...verdicts.breaches.map((breach) => dutyFinding(breach, policy)),
  ...verdicts.ineffective.map((one) => ineffectiveFinding(one, policy)),
];

const KINDS = [
  ['policy-public', 'critical', ['public'], 'Anyone with an AWS account'],
  ['policy-cross-account', 'high', ['external', 'conditional'], 'Someone outside the trust zone'],
  ['policy-service-unscoped', 'high', ['service'], 'An AWS service acting for a resource outside the trust zone'],
] as const;

/** One finding for each principal that gets in from outside. */
const accessFindings = (access: readonly Access[]): readonly PolicyFinding[] =>
  KINDS.flatMap(([rule, severity, kinds, subject]) => {
    const byPrincipal = Map.groupBy(
      access.filter((one) => kinds.some((kind) => kind === one.who)),
      (one) => `${one.who} ${one.principal}`,
    );
    return [...byPrincipal.values()].map((entries): PolicyFinding => {
      const [first] = entries;
      const proved = entries.some((one) => one.witness !== null);
      const principal = first?.principal ?? '*';
      const actions = [...new Set(entries.flatMap((one) => one.actions))].toSorted();
      const statements = [...new Set(entries.flatMap((one) => one.statements))];
      const verb = proved ? 'can' : 'may be able to';
      const under = first?.who === 'conditional' ? ', from a network or with an id that the policy names,' : '';
      const message = `${subject} (${principal})${under} ${verb} ${sample(actions)}: ${statements.join(', ')}`;
      const data = {
        principal,
        actions,
        statements,
        certain: entries.some((one) => one.certain),
        conditional: first?.who === 'conditional',
        canGrant: actions.includes('kms:CreateGrant'),
      };
      return { rule, verdict: proved ? 'violation' : 'undetermined', severity, message, data };
    });
  });

const sample = (actions: readonly string[]): string =>
  actions.length <= 3 ? actions.join(', ') : `${actions.slice(0, 3).join(', ')} and ${actions.length - 3} more`;

const manageabilityFindings = (manage: Manageability, zone: TrustZone): readonly PolicyFinding[] => {
  const rule = 'policy-unmanageable';
  const data = { level: manage.level, dependsOn: manage.dependsOn, account: zone.account };
  if (manage.level === 'locked') {
    const verdict = manage.undetermined ? 'undetermined' : 'violation';
    const message = 'Nobody in the account of the key can change this policy: only AWS Support can';
    return [{ rule, verdict, severity: 'critical', message, data }];
  }
  if (manage.level !== 'named') return [];
  const message = 'Only principals that the policy names can change it: when they are deleted the key is lost';
  return [
    {
      rule,
      verdict: 'violation',
      severity: 'medium',
      message,
      data: { ...data, principal: manage.witness?.principal ?? null },
    },
  ];
};

/** What can be said of the elements of one statement. */
const elementFindings = (statement: Statement): readonly PolicyFinding[] => {
  const { principal, effect } = statement;
  const name = statementName(statement);
  const data = { statement: name };
  const findings: PolicyFinding[] = [];
  const everyone = principal.entries.some((entry) => entry.kind === 'everyone');
  if (effect === 'Allow' && everyone && !principal.negated) {
    const message = `${name} allows every principal and leaves the limits to its conditions`;
    findings.push({ rule: 'policy-wildcard-principal', verdict: 'violation', severity: 'low', message, data });
  }
  if (principal.negated) {
    const message =
      effect === 'Allow'
        ? `${name} allows everybody except a list: use Principal`
        : `${name} denies everybody except a list, which also needs accounts, roles and sessions: use a condition on aws:PrincipalArn`;
    const severity = effect === 'Allow' ? 'high' : 'low';
    findings.push({ rule: 'policy-not-principal', verdict: 'violation', severity, message, data });
  }
  const stale = principal.entries.flatMap((entry) => (entry.kind === 'unique-id' ? [entry.text] : []));
  if (stale.length > 0) {
    const message = `${name} names ${stale.join(', ')}: users or roles that no longer exist`;
    findings.push({
      rule: 'policy-stale-principal',
      verdict: 'violation',
      severity: 'low',
      message,
      data: { ...data, principals: stale },
    });
  }
  return findings;
};

const dutyFinding = (breach: DutyBreach, policy: KeyPolicy): PolicyFinding => ({
  rule: 'policy-admin-and-use',
  verdict: breach.certain ? 'violation' : 'undetermined',
  severity: 'medium',
  message: `${breach.principal} administers the key (${breach.admin}) and uses it (${breach.use})`,
  data: {
    principal: breach.principal,
    admin: breach.admin,
    use: breach.use,
    statements: breach.statements.map((index) => nameAt(policy, index)),
  },
});

const REASONS: Readonly<Record<IneffectiveStatement['why'], string>> = {
  noResource: 'has no Resource: KMS stores it, and it does nothing',
  otherResource: 'is about another key',
  noAction: 'covers no action of KMS keys',
  otherService: 'names actions that are not of KMS',
  accountAction: 'names actions that no key policy decides',
  unsatisfiable: 'has conditions that no request can meet',
  notAcrossAccounts: 'grants another account what KMS does not offer across accounts',
};

const ineffectiveFinding = (one: IneffectiveStatement, policy: KeyPolicy): PolicyFinding => {
  const name = nameAt(policy, one.statement);
  const list = one.actions.length === 0 ? '' : `: ${sample(one.actions)}`;
  return {
    rule: 'policy-ineffective',
    verdict: 'violation',
    severity: 'low',
    message: `${name} ${REASONS[one.why]}${list}`,
    data: { statement: name, why: one.why, actions: one.actions },
  };
};

const nameAt = (policy: KeyPolicy, index: number): string => {
  const statement = policy.statements.find((one) => one.index === index);
  return statement === undefined ? `Statement[${index}]` : statementName(statement);
};
