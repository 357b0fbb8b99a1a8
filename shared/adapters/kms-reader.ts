import {
  DescribeKeyCommand,
  GetKeyLastUsageCommand,
  GetKeyPolicyCommand,
  GetKeyRotationStatusCommand,
  type KMSClient,
  paginateListAliases,
  paginateListGrants,
  paginateListKeyRotations,
  paginateListResourceTags,
} from '@aws-sdk/client-kms';
import { type Grant, known, unknown } from '../facts/facts.ts';
import { readLastUse } from '../facts/last-use.ts';
import type { KeyReader } from '../ports.ts';
import { askAws } from './aws-faults.ts';
import { isoOf, lastUsageAnswer, readGrant, readKeyMetadata } from './kms-answers.ts';

/** A key may have 50,000 grants, and one too many is as good as all of them. */
export const grantsRead = 1_000;
const grantsPerPage = 100;

/** The Region of a key ARN: the primary of a multi-Region key is asked in its own. */
export const regionOf = (keyArn: string): string => keyArn.split(':')[3] ?? '';

/** Reads keys with the KMS API, each in the Region of its ARN. Every unknown fact names the permission or error behind it. */
export const kmsReader = (clientFor: (region: string) => KMSClient): KeyReader => {
  const at = (keyArn: string) => clientFor(regionOf(keyArn));
  return {
    describe: (KeyId) =>
      askAws('kms:DescribeKey', async () => {
        const { KeyMetadata } = await at(KeyId).send(new DescribeKeyCommand({ KeyId }));
        return readKeyMetadata(KeyMetadata);
      }),
    rotation: (KeyId) =>
      askAws('kms:GetKeyRotationStatus', async () => {
        const answer = await at(KeyId).send(new GetKeyRotationStatusCommand({ KeyId }));
        const { KeyRotationEnabled: enabled, RotationPeriodInDays, NextRotationDate } = answer;
        if (enabled === undefined) return unknown('failed', 'GetKeyRotationStatus did not tell');
        return known({
          enabled,
          periodInDays: RotationPeriodInDays ?? null,
          nextRotationDate: isoOf(NextRotationDate),
        });
      }),
    policy: (KeyId) =>
      askAws('kms:GetKeyPolicy', async () => {
        const { Policy } = await at(KeyId).send(new GetKeyPolicyCommand({ KeyId, PolicyName: 'default' }));
        return Policy === undefined ? unknown('failed', 'GetKeyPolicy answered without Policy') : known(Policy);
      }),
    aliases: (KeyId) => askAws('kms:ListAliases', async () => known(await readAliases(at(KeyId), KeyId))),
    tags: (KeyId) => askAws('kms:ListResourceTags', async () => known(await readTags(at(KeyId), KeyId))),
    grants: (KeyId) => askAws('kms:ListGrants', () => readGrants(at(KeyId), KeyId)),
    lastUse: (KeyId) =>
      askAws('kms:GetKeyLastUsage', async () =>
        readLastUse(lastUsageAnswer(await at(KeyId).send(new GetKeyLastUsageCommand({ KeyId })))),
      ),
    lastRotation: (KeyId) =>
      askAws('kms:ListKeyRotations', async () => known({ at: await readLastRotation(at(KeyId), KeyId) })),
  };
};

const readAliases = async (client: KMSClient, KeyId: string): Promise<readonly string[]> => {
  const names: string[] = [];
  for await (const { Aliases = [] } of paginateListAliases({ client }, { KeyId })) {
    names.push(...Aliases.flatMap(({ AliasName }) => AliasName ?? []));
  }
  return names;
};

/** At most 25 of imported material in a key's life: one page. Their order is not documented. */
const readLastRotation = async (client: KMSClient, KeyId: string): Promise<string | null> => {
  let latest: Date | undefined;
  for await (const { Rotations = [] } of paginateListKeyRotations({ client, pageSize: 1_000 }, { KeyId })) {
    for (const { RotationDate } of Rotations) {
      if (RotationDate !== undefined && (latest === undefined || RotationDate > latest)) latest = RotationDate;
    }
  }
  return isoOf(latest);
};

const readTags = async (client: KMSClient, KeyId: string): Promise<Readonly<Record<string, string>>> => {
  const tags: [string, string][] = [];
  for await (const { Tags = [] } of paginateListResourceTags({ client }, { KeyId })) {
    tags.push(...Tags.map(({ TagKey, TagValue }): [string, string] => [TagKey ?? '', TagValue ?? '']));
  }
  return Object.fromEntries(tags);
};

const readGrants = async (client: KMSClient, KeyId: string) => {
  const grants: Grant[] = [];
  for await (const { Grants = [], Truncated } of paginateListGrants({ client, pageSize: grantsPerPage }, { KeyId })) {
    grants.push(...Grants.map(readGrant));
    if (grants.length >= grantsRead && Truncated === true) {
      return known(grants, `the key has more than ${grantsRead} grants: only these were read`);
    }
  }
  return known(grants);
};
