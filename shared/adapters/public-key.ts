import { GetPublicKeyCommand, KMSClient } from '@aws-sdk/client-kms';
import { type Fact, known, unknown } from '../facts/facts.ts';
import { askAws } from './aws-faults.ts';

export type KeyPlace = { readonly keyArn: string; readonly region: string; readonly endpoint?: string };

/** The public half of an asymmetric key, DER (SubjectPublicKeyInfo), as KMS itself gives it. @throws RetryableFault */
export const kmsPublicKey = ({ keyArn, region, endpoint }: KeyPlace): Promise<Fact<Uint8Array>> => {
  const client = new KMSClient({ region, maxAttempts: 5, ...(endpoint === undefined ? {} : { endpoint }) });
  return askAws('kms:GetPublicKey', async () => {
    const { PublicKey: der } = await client.send(new GetPublicKeyCommand({ KeyId: keyArn }));
    return der === undefined ? unknown('failed', 'kms:GetPublicKey gave no key') : known(der);
  });
};
