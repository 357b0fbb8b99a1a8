import { Aws, CfnCondition, CfnResource, Fn, type ICfnConditionExpression, Validations } from 'aws-cdk-lib';
import { AccountPrincipal, Effect, Policy, PolicyStatement, Role } from 'aws-cdk-lib/aws-iam';
import { Construct, type IConstruct } from 'constructs';
import type { GuardConfig } from '../../shared/config/config.ts';
import type { OrganizationConfig } from '../../shared/config/organization-config.ts';
import type { RemedyName } from '../../shared/remedies/remedy-names.ts';
import { guardIdentity, readerSessions, reportSession, writerSessions } from '../../shared/responder.ts';
import type { Rule } from '../../shared/rules/define-rule.ts';
import { readActions, remediesOf, remedyActions } from '../kms-actions.ts';
import { modesByAccount } from '../modes-by-account.ts';
import { anyOf } from './any-of.ts';

export type ResponderRoleProps = {
  readonly rules: readonly Rule[];
  readonly config: GuardConfig;
  readonly organization: OrganizationConfig;
  /** The account that the guard lives in. */
  readonly guardAccount: string;
  /** The guard's roles that may come in to remedy. */
  readonly guardRoleArns: string[];
  /** Those that may come in to read. */
  readonly readerRoleArns: string[];
  /** The organization and external id that they must come with. */
  readonly organizationId: string;
  readonly externalId: string;
  /** True in the one Region of an account where the role is made: roles are global. */
  readonly home: CfnCondition;
};

const why =
  'Keys made tomorrow, in any Region of the account, must be guarded too; each session of the guard is cut to one key and its action.';

/** The guard's way into a member account: reads, and writes only for the remedies that are enforced there. */
export class ResponderRole extends Construct {
  readonly role: Role;
  readonly #home: CfnCondition;

  constructor(scope: Construct, id: string, props: ResponderRoleProps) {
    super(scope, id);
    this.#home = props.home;
    this.role = this.#trusting(props);
    const keys = `arn:${Aws.PARTITION}:kms:*:${Aws.ACCOUNT_ID}:key/*`;
    const reads = readActions(props.rules);
    const readKeys = [...new Set([...reads.keys, ...reads.multiRegionKeys])].sort();
    const eventRules = `arn:${Aws.PARTITION}:events:*:${Aws.ACCOUNT_ID}:rule/*`;
    this.#policy('Read', props.home, [
      this.#statement('ReadKeys', readKeys, keys),
      ...(reads.eventRules.length === 0 ? [] : [this.#statement('ReadRules', reads.eventRules, eventRules)]),
      this.#statement('ReadAccount', [...reads.everywhere, 'kms:ListKeys', 'account:ListRegions'].sort(), '*'),
    ]);
    for (const remedy of remediesOf(props.rules)) this.#remedy(remedy, keys, props.config);
    if (props.organization.importFindings) {
      const hub = `arn:${Aws.PARTITION}:securityhub:*:${Aws.ACCOUNT_ID}:product/${Aws.ACCOUNT_ID}/default`;
      const actions = ['securityhub:BatchImportFindings'];
      const imports = this.#statement('ImportFindings', actions, hub, [reportSession]);
      this.#policy('ImportFindings', props.home, [imports]);
    }
  }

  /**
   * A role is trusted by name, so that one made anew, after an accident, is let in; the account alone could not tell it. The name
   * of its session says what it came for: who only reads may not call himself as those who write.
   */
  #trusting({ guardAccount, organization, externalId, ...props }: ResponderRoleProps): Role {
    const guard = new AccountPrincipal(guardAccount);
    const from = (roleArns: string[], some: Readonly<Record<string, unknown>> = {}) => ({
      StringEquals: { 'aws:PrincipalOrgID': props.organizationId, 'sts:SourceIdentity': guardIdentity, ...some },
      ArnEquals: { 'aws:PrincipalArn': roleArns },
    });
    const coming = (sessions: readonly string[]) => ({ 'sts:ExternalId': externalId, 'sts:RoleSessionName': sessions });
    const role = new Role(this, 'Role', {
      roleName: organization.responderRole,
      description: 'kms-guard: reads the keys of this account, and remedies what is enforced',
      assumedBy: guard.withConditions(from(props.guardRoleArns, coming(writerSessions))),
    });
    const letIn = (sid: string, action: string, conditions: ReturnType<typeof from>): void => {
      const permission = { sid, effect: Effect.ALLOW, principals: [guard], actions: [action], conditions };
      role.assumeRolePolicy?.addStatements(new PolicyStatement(permission));
    };
    letIn('ComeToRead', 'sts:AssumeRole', from(props.readerRoleArns, coming(readerSessions)));
    // A permission of its own, whose requests carry no external id.
    letIn('ShowWhoItIs', 'sts:SetSourceIdentity', from(props.guardRoleArns));
    letIn('ShowWhoReads', 'sts:SetSourceIdentity', from(props.readerRoleArns));
    onlyIf(role, this.#home);
    return role;
  }

  #remedy(remedy: RemedyName, keys: string, config: GuardConfig): void {
    const { everywhere, but } = modesByAccount(config, remedy);
    if (!everywhere && but.length === 0) return;
    const id = `${remedy.charAt(0).toUpperCase()}${remedy.slice(1)}`;
    this.#policy(id, this.#conditionOf(id, { everywhere, but }), [
      this.#statement(id, remedyActions[remedy], keys, writerSessions),
    ]);
  }

  #conditionOf(id: string, { everywhere, but }: ReturnType<typeof modesByAccount>): CfnCondition {
    if (but.length === 0) return this.#home;
    const exception = anyAccount(but);
    const expression = Fn.conditionAnd(this.#home, everywhere ? Fn.conditionNot(exception) : exception);
    return new CfnCondition(this, `${id}Enforced`, { expression });
  }

  /** With `sessions`, for those alone: `aws:userid` of a session ends with its name. */
  #statement(sid: string, actions: readonly string[], resource: string, sessions: readonly string[] = []) {
    const conditions =
      sessions.length === 0 ? {} : { StringLike: { 'aws:userid': sessions.map((session) => `*:${session}`) } };
    return new PolicyStatement({ sid, effect: Effect.ALLOW, actions: [...actions], resources: [resource], conditions });
  }

  #policy(id: string, condition: CfnCondition, statements: PolicyStatement[]): void {
    const policy = new Policy(this, id, { statements, roles: [this.role] });
    onlyIf(policy, condition);
    for (const resource of new Set(statements.flatMap((statement) => statement.resources))) {
      const shown = resource
        .replaceAll(Aws.PARTITION, '<AWS::Partition>')
        .replaceAll(Aws.ACCOUNT_ID, '<AWS::AccountId>');
      Validations.of(policy).acknowledge({ id: `AwsSolutions-IAM5[Resource::${shown}]`, reason: why });
    }
  }
}

const onlyIf = (construct: IConstruct, condition: CfnCondition): void => {
  const resource = construct.node.defaultChild;
  if (!(resource instanceof CfnResource)) throw new TypeError(`${construct.node.path} has no resource of its own`);
  resource.cfnOptions.condition = condition;
};

const anyAccount = (accounts: readonly string[]): ICfnConditionExpression =>
  anyOf(accounts.map((account) => Fn.conditionEquals(Aws.ACCOUNT_ID, account)));
