import { Stack } from 'aws-cdk-lib';
import { Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import type { Bucket } from 'aws-cdk-lib/aws-s3';
import type { IQueue } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import type { GuardConfig } from '../../shared/config/config.ts';
import type { Rule } from '../../shared/rules/define-rule.ts';
import { openSweepsKey } from '../../shared/sweep/result-store.ts';
import { memberAccess } from '../../shared/sweep/member-access.ts';
import { readActions } from '../kms-actions.ts';
import { allow } from './allow.ts';
import type { LedgerTable } from './ledger-table.ts';
import { nameGrant } from './named-grant.ts';
import type { Outbox } from './outbox.ts';

export type SweepRolesProps = {
  /** The rules that sweep. */
  readonly rules: readonly Rule[];
  readonly config: GuardConfig;
  readonly bucket: Bucket;
  readonly ledger: LedgerTable;
  readonly outbox: Outbox;
  /** The deletion-guard's, or null where nothing is brought to it. */
  readonly inbox: IQueue | null;
};

const everyKey =
  'A sweep looks at every key of every Region of its own account, a key made tomorrow too. It only reads.';
const everyRule =
  'What passes calls on to the guard is looked for in every Region; who took it away may have named a rule anything.';
const noResources = 'Lists of KMS, CloudTrail, EventBridge and Organizations have no resource-level permission.';
const everyMember =
  "The sweep's role in member accounts, that one name alone: which accounts there are tomorrow is not known.";
const ownObjects = 'Objects of the sweeps alone, in the bucket that is theirs: each sweep has names of its own.';

/** One role a step: who plans reads no key, who looks at keys settles nothing, and who settles sees no key. */
export class SweepRoles extends Construct {
  readonly plan: Role;
  readonly keys: Role;
  readonly close: Role;

  constructor(scope: Construct, id: string, props: SweepRolesProps) {
    super(scope, id);
    this.plan = this.#role('Plan', 'sweep-plan');
    this.keys = this.#role('Keys', 'sweep-keys');
    this.close = this.#role('Close', 'sweep-close');
    this.#letPlan(props);
    this.#letLook(props);
    this.#letClose(props);
  }

  #role(id: string, step: string): Role {
    return new Role(this, id, {
      assumedBy: new ServicePrincipal('lambda.amazonaws.com'),
      description: `kms-guard: ${step}`,
    });
  }

  #letPlan(props: SweepRolesProps): void {
    const { account, partition } = Stack.of(this);
    const { bucket } = props;
    const { accounts, regions } = props.config.sweep;
    if (accounts === 'organization') {
      allow(this.plan, {
        sid: 'ListOrganization',
        actions: ['organizations:ListAccounts'],
        resources: [['*']],
        why: noResources,
      });
    }
    if (regions === 'enabled') {
      const resources = [['arn', partition, 'account', '', account, 'account']];
      allow(this.plan, { sid: 'ListRegions', actions: ['account:ListRegions'], resources });
      this.#letAssume(this.plan, props);
    }
    this.#letStore(this.plan, ['s3:PutObject'], props);
    allow(this.plan, {
      sid: 'ReadOpenSweeps',
      actions: ['s3:GetObject'],
      resources: [[bucket.bucketArn, openSweepsKey]],
      joint: '/',
    });
    this.#letTellMissing(this.plan, props);
  }

  #letLook(props: SweepRolesProps): void {
    const { account, partition } = Stack.of(this);
    const asking = props.rules.filter(({ asks }) => asks?.(props.config) ?? true);
    const reads = readActions(asking.map((rule) => ({ ...rule, remedy: null })));
    const { keys, multiRegionKeys, eventRules, everywhere } = reads;
    const actions = [...new Set([...keys, ...multiRegionKeys])].sort();
    const resources = [['arn', partition, 'kms', '*', account, 'key/*']];
    allow(this.keys, { sid: 'ReadKeys', actions, resources, why: everyKey });
    const rules = [['arn', partition, 'events', '*', account, 'rule/*']];
    allow(this.keys, { sid: 'ReadRules', actions: eventRules, resources: rules, why: everyRule });
    const lists = [...new Set([...everywhere, 'kms:ListAliases', 'kms:ListKeys'])].sort();
    allow(this.keys, { sid: 'ReadAccount', actions: lists, resources: [['*']], why: noResources });
    this.#letAssume(this.keys, props);
    props.ledger.grantUse(this.keys);
    this.#letStore(this.keys, ['s3:PutObject'], props);
    // Of everything that may be written: what the guard then decides and does is its own.
    if (props.inbox !== null) {
      const { queueArn } = props.inbox;
      allow(this.keys, { sid: 'BringCalls', actions: ['sqs:SendMessage'], resources: [[queueArn]] });
    }
  }

  #letClose(props: SweepRolesProps): void {
    props.ledger.grantUse(this.close);
    nameGrant('ListFindings', props.ledger.table.grants.actions(this.close, 'dynamodb:Query'));
    props.outbox.grantPut(this.close);
    this.#letStore(this.close, ['s3:GetObject', 's3:PutObject'], props);
    this.#letTellMissing(this.close, props);
  }

  /** Without it S3 does not tell an object that is not there from one that is forbidden. */
  #letTellMissing(role: Role, { bucket }: SweepRolesProps): void {
    allow(role, { sid: 'TellMissing', actions: ['s3:ListBucket'], resources: [[bucket.bucketArn]] });
  }

  #letStore(role: Role, actions: readonly string[], { bucket }: SweepRolesProps): void {
    const resources = [[bucket.bucketArn, 'sweeps/*']];
    allow(role, { sid: 'StoreResults', actions, resources, joint: '/', why: ownObjects });
  }

  #letAssume(grantee: Role, { config }: SweepRolesProps): void {
    const { accounts } = config.sweep;
    const { role, sourceIdentity } = memberAccess(config);
    if (accounts === 'own' || role === undefined) return;
    const { partition } = Stack.of(this);
    const where = accounts === 'organization' ? ['*'] : accounts;
    const resources = where.map((account) => ['arn', partition, 'iam', '', account, `role/${role}`]);
    const actions = sourceIdentity === undefined ? ['sts:AssumeRole'] : ['sts:AssumeRole', 'sts:SetSourceIdentity'];
    const conditions =
      config.organization === null ? {} : { StringEquals: { 'aws:ResourceOrgID': config.organization.id } };
    allow(grantee, { sid: 'ComeAsReader', actions, resources, why: everyMember, conditions });
  }
}
