import {
  DescribeKeyCommand,
  DisableKeyRotationCommand,
  GetKeyPolicyCommand,
  GetKeyRotationStatusCommand,
  KMSClient,
  PutKeyPolicyCommand,
  ScheduleKeyDeletionCommand,
} from '@aws-sdk/client-kms';
import type { LocalAws } from '../local-aws.ts';
import type { Estate } from './estate.ts';
import { clientSettings } from './guarded-aws.ts';

/** One thing that somebody does to a key, and what should come of it. */
export type Scene = {
  readonly title: string;
  readonly key: string;
  readonly eventName: string;
  readonly act: () => Promise<unknown>;
  /** The state to reach: a key that is saved, or one whose deletion stands. */
  readonly expected: string;
  readonly state: () => Promise<string>;
};

/** The account's own statement, and one more that an error or an attacker adds. */
const openPolicy = (account: string): string =>
  JSON.stringify({
    Version: '2012-10-17',
    Statement: [
      {
        Sid: 'Own',
        Effect: 'Allow',
        Principal: { AWS: `arn:aws:iam::${account}:root` },
        Action: 'kms:*',
        Resource: '*',
      },
      { Sid: 'Open', Effect: 'Allow', Principal: '*', Action: 'kms:Decrypt', Resource: '*' },
    ],
  });

/** The demonstration: a deletion that must not stand, a rotation switched off, a policy opened to the world, a deletion that is safe. */
export const scenes = (aws: LocalAws, estate: Estate): readonly Scene[] => {
  const kms = new KMSClient(clientSettings(aws));
  const keyState = (key: string) => async (): Promise<string> => {
    const { KeyMetadata } = await kms.send(new DescribeKeyCommand({ KeyId: key }));
    return KeyMetadata?.KeyState ?? 'unknown';
  };
  return [
    {
      title: 'Somebody schedules the deletion of alias/orders, a key in use, in 7 days',
      key: estate.orders,
      eventName: 'ScheduleKeyDeletion',
      act: () => kms.send(new ScheduleKeyDeletionCommand({ KeyId: estate.orders, PendingWindowInDays: 7 })),
      expected: 'Enabled',
      state: keyState(estate.orders),
    },
    {
      title: 'Somebody switches off the rotation of alias/invoices',
      key: estate.invoices,
      eventName: 'DisableKeyRotation',
      act: () => kms.send(new DisableKeyRotationCommand({ KeyId: estate.invoices })),
      expected: 'rotating every 180 days',
      state: async () => {
        const status = await kms.send(new GetKeyRotationStatusCommand({ KeyId: estate.invoices }));
        return status.KeyRotationEnabled === true
          ? `rotating every ${status.RotationPeriodInDays} days`
          : 'not rotating';
      },
    },
    {
      title: 'Somebody lets the whole world decrypt with alias/invoices',
      key: estate.invoices,
      eventName: 'PutKeyPolicy',
      act: () => kms.send(new PutKeyPolicyCommand({ KeyId: estate.invoices, Policy: openPolicy(aws.account) })),
      expected: 'closed to strangers',
      state: async () => {
        const { Policy = '' } = await kms.send(
          new GetKeyPolicyCommand({ KeyId: estate.invoices, PolicyName: 'default' }),
        );
        return Policy.includes('"Open"') ? 'open to everybody' : 'closed to strangers';
      },
    },
    {
      title: 'Somebody schedules the deletion of a key that nobody ever used, in 30 days',
      key: estate.retired,
      eventName: 'ScheduleKeyDeletion',
      act: () => kms.send(new ScheduleKeyDeletionCommand({ KeyId: estate.retired, PendingWindowInDays: 30 })),
      expected: 'PendingDeletion',
      state: keyState(estate.retired),
    },
  ];
};
