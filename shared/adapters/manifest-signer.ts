import { createPublicKey } from 'node:crypto';
import { GetPublicKeyCommand, type KMSClient, KMSServiceException, SignCommand } from '@aws-sdk/client-kms';
import { RetryableFault } from '../ports.ts';
import type { SigningAlgorithm } from '../reports/evidence/manifest.ts';
import type { ManifestSigner } from '../reports/make/ports.ts';
import { isThrottling } from './aws-faults.ts';

type Settings = { readonly keyArn: string; readonly algorithm: SigningAlgorithm };

/** Signs with an asymmetric key of KMS, which sees the digest alone. */
export const kmsSigner =
  (client: KMSClient, { keyArn, algorithm }: Settings): ManifestSigner =>
  async (sha256) => {
    try {
      const signing = { KeyId: keyArn, SigningAlgorithm: algorithm, MessageType: 'DIGEST', Message: sha256 } as const;
      const { Signature: signature } = await client.send(new SignCommand(signing));
      const { PublicKey: der } = await client.send(new GetPublicKeyCommand({ KeyId: keyArn }));
      if (signature === undefined || der === undefined) throw new RetryableFault('kms:Sign gave no signature');
      const publicKey = createPublicKey({ key: Buffer.from(der), format: 'der', type: 'spki' });
      return {
        kind: 'signed',
        keyArn,
        algorithm,
        signature: Buffer.from(signature).toString('base64'),
        publicKey: publicKey.export({ type: 'spki', format: 'pem' }).toString(),
      };
    } catch (error) {
      if (error instanceof KMSServiceException && error.$fault === 'client' && !isThrottling(error)) {
        return { kind: 'refused', why: `${error.name}: ${error.message}` };
      }
      if (error instanceof RetryableFault) throw error;
      throw new RetryableFault('kms:Sign failed', { cause: error });
    }
  };
