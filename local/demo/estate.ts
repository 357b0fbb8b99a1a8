import {
  CreateAliasCommand,
  CreateKeyCommand,
  EnableKeyRotationCommand,
  EncryptCommand,
  KMSClient,
} from '@aws-sdk/client-kms';
import type { LocalAws } from '../local-aws.ts';
import { clientSettings } from './guarded-aws.ts';

/** The keys of the demonstration. */
export type Estate = {
  /** In use, with an alias: its deletion must not stand. */
  readonly orders: string;
  /** Rotates every 180 days. */
  readonly invoices: string;
  /** Made 400 days ago, never used, nothing refers to it: its deletion is safe. */
  readonly retired: string;
};

const day = 86_400_000;

/** Makes a small estate of keys, by ordinary KMS calls. */
export const makeEstate = async (aws: LocalAws): Promise<Estate> => {
  const kms = new KMSClient(clientSettings(aws));
  const make = async (description: string): Promise<string> => {
    const { KeyMetadata } = await kms.send(new CreateKeyCommand({ Description: description }));
    if (KeyMetadata?.Arn === undefined) throw new Error(`KMS made no key for ${description}`);
    return KeyMetadata.Arn;
  };
  const alias = (name: string, key: string) => kms.send(new CreateAliasCommand({ AliasName: name, TargetKeyId: key }));
  const orders = await make('orders database');
  await alias('alias/orders', orders);
  const invoices = await make('invoices bucket');
  await alias('alias/invoices', invoices);
  await kms.send(new EnableKeyRotationCommand({ KeyId: invoices, RotationPeriodInDays: 180 }));
  const retired = await make('last year prototype');
  await kms.send(new EncryptCommand({ KeyId: orders, Plaintext: Buffer.from('order 4711') }));
  const created = new Date(Date.now() - 400 * day).toISOString();
  const { account, region } = aws;
  await aws.bridge.setUsage({
    account,
    region,
    keyId: retired,
    createdAt: created,
    trackingStartedAt: created,
    lastUse: null,
  });
  return { orders, invoices, retired };
};
