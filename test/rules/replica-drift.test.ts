import { type Facts, type KeyMetadata, type KeyState, known, type Replica, unknown } from '../../shared/facts/facts.ts';
import { replicaDrift } from '../../shared/rules/replica-drift.ts';
import { account, region } from '../support/perfect-key.ts';
import { reachesEveryText } from '../support/policy-columns.ts';
import { perfectPolicy } from '../support/policy-text.ts';
import { notSwept, swept, undescribed } from '../support/sweep-columns.ts';
import { type Columns, twoColumns } from '../support/two-columns.ts';

const mrk = 'mrk-0123456789abcdef0123456789abcdef';
const keyIn = (where: string) => `arn:aws:kms:${where}:${account}:key/${mrk}`;
const replicaIn = (where: string, some: Partial<Replica> = {}): Replica => ({
  keyArn: keyIn(where),
  keyState: known('Enabled'),
  policy: known(perfectPolicy),
  tags: known({ owner: 'payments' }),
  ...some,
});
const primaryWith = (replicas: readonly Replica[], metadata: Partial<KeyMetadata> = {}, some: Partial<Facts> = {}) => {
  const replicaArns = replicas.map(({ keyArn }) => keyArn);
  const multiRegion = { type: 'PRIMARY', primaryArn: keyIn(region), replicaArns } as const;
  const input = swept({ family: known(replicas), ...some }, { multiRegion, ...metadata });
  return { ...input, facts: { ...input.facts, keyArn: keyIn(region) } };
};
const one = (some: Partial<Replica>, ...rest: readonly [Partial<KeyMetadata>?, Partial<Facts>?]) =>
  primaryWith([replicaIn('us-east-1', some)], ...rest);
const viaService = (service: string, named = 'role/app') =>
  JSON.stringify({
    Version: '2012-10-17',
    Statement: [
      {
        Effect: 'Allow',
        Principal: { AWS: `arn:aws:iam::${account}:${named}` },
        Action: 'kms:Decrypt',
        Resource: '*',
        Condition: { StringEquals: { 'kms:ViaService': service } },
      },
    ],
  });
const inState = (state: KeyState) => one({ keyState: known(state) });
const narrower = perfectPolicy.replace('kms:*', 'kms:Describe*');
const denied = unknown('access-denied', 'kms:GetKeyPolicy is not permitted');
const gone = unknown('not-found', 'NotFoundException');

const columns = {
  compliant: [
    { name: 'replicas like their primary', input: primaryWith([replicaIn('us-east-1'), replicaIn('ap-south-1')]) },
    {
      name: 'the same policy in another spelling',
      input: one({ policy: known(JSON.stringify(JSON.parse(perfectPolicy), null, 2)) }),
    },
    {
      name: 'policies that each name their own Region',
      input: one(
        { policy: known(viaService('s3.us-east-1.amazonaws.com')) },
        {},
        {
          policy: known(viaService(`s3.${region}.amazonaws.com`)),
        },
      ),
    },
    {
      name: 'tags that AWS itself sets, and in another order',
      input: one(
        { tags: known({ 'aws:cloudformation:stack-name': 'replica', owner: 'payments', team: 'x' }) },
        {},
        { tags: known({ team: 'x', owner: 'payments', 'aws:cloudformation:stack-name': 'primary' }) },
      ),
    },
    { name: 'both disabled', input: one({ keyState: known('Disabled') }, { keyState: 'Disabled' }) },
    { name: 'a replica that waits for its material, see imported-material-removed', input: inState('PendingImport') },
    { name: 'a replica in the making', input: inState('Creating') },
    {
      name: 'a replica that is to be deleted, whatever its policy and tags',
      input: one({ keyState: known('PendingDeletion'), policy: known(narrower), tags: known({}) }),
    },
    { name: 'a primary without replicas', verdict: 'notApplicable', input: primaryWith([]) },
    { name: 'a single-Region key', verdict: 'notApplicable', input: swept() },
    {
      name: 'a replica itself: its primary is judged',
      verdict: 'notApplicable',
      input: one(
        { tags: known({}) },
        {
          multiRegion: { type: 'REPLICA', primaryArn: keyIn('us-east-1'), replicaArns: [keyIn(region)] },
        },
      ),
    },
    ...notSwept(one({ tags: known({}) })),
  ],
  violating: [
    {
      name: 'another policy',
      message: 'drifted',
      severity: 'medium',
      input: one({ policy: known(narrower) }),
      data: { drift: ['us-east-1 (policy)'], reasons: [{ id: 'policyDiffers', region: 'us-east-1' }] },
    },
    {
      name: 'a policy that names the Region of another member',
      message: 'drifted',
      input: one(
        { policy: known(viaService(`s3.${region}.amazonaws.com`)) },
        {},
        {
          policy: known(viaService('s3.us-east-1.amazonaws.com')),
        },
      ),
    },
    {
      name: 'a principal whose name holds a Region is another principal',
      message: 'drifted',
      input: one(
        { policy: known(viaService('s3.amazonaws.com', 'role/app-us-east-1')) },
        {},
        {
          policy: known(viaService('s3.amazonaws.com', `role/app-${region}`)),
        },
      ),
    },
    {
      name: 'a tag that is missing, one too many and one with another value',
      message: 'drifted',
      input: one({ tags: known({ team: 'b', more: '' }) }, {}, { tags: known({ owner: 'payments', team: 'a' }) }),
      data: { drift: ['us-east-1 (tags)'], reasons: [{ id: 'tagsDiffer', tags: 'more, owner, team' }] },
    },
    {
      name: 'disabled where the primary is enabled',
      message: 'drifted',
      input: inState('Disabled'),
      data: {
        drift: ['us-east-1 (state)'],
        reasons: [{ id: 'stateDiffers', state: 'Disabled', primaryState: 'Enabled' }],
      },
    },
    {
      name: 'several replicas, each with its own drift',
      message: 'drifted',
      input: primaryWith([
        replicaIn('us-east-1', { policy: known(narrower), tags: known({}) }),
        replicaIn('ap-south-1'),
        replicaIn('eu-north-1', { keyState: known('Disabled') }),
      ]),
      data: { drift: ['us-east-1 (policy, tags)', 'eu-north-1 (state)'] },
    },
    {
      name: 'one has drifted, another cannot be read: both are said',
      message: 'drifted',
      input: primaryWith([
        replicaIn('us-east-1', { tags: known({}) }),
        replicaIn('ap-south-1', { keyState: denied, policy: denied, tags: denied }),
      ]),
      data: {
        drift: ['us-east-1 (tags)'],
        reasons: [{ id: 'tagsDiffer' }, { id: 'unread' }, { id: 'unread' }, { id: 'unread' }],
      },
    },
    {
      name: 'the policy of a replica cannot be read',
      verdict: 'undetermined',
      message: 'uncompared',
      input: one({ policy: denied }),
      data: {
        regions: ['us-east-1'],
        reasons: [{ id: 'unread', region: 'us-east-1', fact: 'policy', reason: 'access-denied' }],
      },
    },
    {
      name: 'a replica that its own Region does not know',
      verdict: 'undetermined',
      message: 'uncompared',
      input: one({ keyState: gone, policy: gone, tags: gone }),
    },
    {
      name: "the primary's own tags cannot be read",
      verdict: 'undetermined',
      message: 'uncompared',
      input: one({}, {}, { tags: unknown('access-denied', 'kms:ListResourceTags') }),
      data: { regions: [region], reasons: [{ id: 'unread', fact: 'tags', region }] },
    },
    {
      name: 'the family cannot be read at all',
      verdict: 'undetermined',
      message: 'unreadable',
      input: one({}, {}, { family: unknown('failed', 'no') }),
      data: { fact: 'family' },
    },
    ...undescribed(),
  ],
} satisfies Columns;

twoColumns(replicaDrift, columns);
reachesEveryText(replicaDrift, columns.violating);
