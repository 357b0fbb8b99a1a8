import {
  CreateKeyCommand,
  EnableKeyRotationCommand,
  type KMSClient,
  PutKeyPolicyCommand,
  ScheduleKeyDeletionCommand,
} from '@aws-sdk/client-kms';

/** Key ids by what is wrong with them, sorted; a key has one defect at most. */
export type Defects = {
  readonly unrotated: readonly string[];
  readonly open: readonly string[];
  readonly pending: readonly string[];
};

export type Planted = { readonly keys: number; readonly defects: Defects };

const atOnce = 16;
/** Of a thousand keys these many, spread evenly. */
const unrotatedEvery = 10;
const openEvery = 20;
const pendingEvery = 50;

const ownerStatement = (account: string) => ({
  Sid: 'Owner',
  Effect: 'Allow',
  Principal: { AWS: `arn:aws:iam::${account}:root` },
  Action: 'kms:*',
  Resource: '*',
});

const openStatement = { Sid: 'Open', Effect: 'Allow', Principal: '*', Action: 'kms:Decrypt', Resource: '*' };

const policyOf = (statements: readonly object[]): string =>
  JSON.stringify({ Version: '2012-10-17', Statement: statements });

type Defect = keyof Defects | null;

/** The offsets differ, so that no key meets two of them. */
const defectOf = (index: number): Defect => {
  if (index % unrotatedEvery === 1) return 'unrotated';
  if (index % openEvery === 2) return 'open';
  return index % pendingEvery === 3 ? 'pending' : null;
};

/** Creates `keys` symmetric keys, rotated and closed to strangers but for the planted defects. */
export const plantKeys = async (
  kms: KMSClient,
  { account, keys }: { account: string; keys: number },
): Promise<Planted> => {
  const found: Record<keyof Defects, string[]> = { unrotated: [], open: [], pending: [] };
  const plantOne = async (index: number): Promise<void> => {
    const defect = defectOf(index);
    const owner = ownerStatement(account);
    const { KeyMetadata } = await kms.send(
      new CreateKeyCommand({ Description: `bench ${index}`, Policy: policyOf([owner]) }),
    );
    const KeyId = KeyMetadata?.KeyId;
    if (KeyId === undefined) throw new Error('CreateKey gave no KeyId');
    if (defect !== 'unrotated') await kms.send(new EnableKeyRotationCommand({ KeyId }));
    if (defect === 'open') {
      await kms.send(new PutKeyPolicyCommand({ KeyId, Policy: policyOf([owner, openStatement]) }));
    }
    if (defect === 'pending') await kms.send(new ScheduleKeyDeletionCommand({ KeyId, PendingWindowInDays: 30 }));
    if (defect !== null) found[defect].push(KeyId);
  };
  let next = 0;
  const worker = async (): Promise<void> => {
    for (let index = next++; index < keys; index = next++) await plantOne(index);
  };
  await Promise.all(Array.from({ length: atOnce }, worker));
  const { unrotated, open, pending } = found;
  return { keys, defects: { unrotated: unrotated.sort(), open: open.sort(), pending: pending.sort() } };
};
