import { GetSecretValueCommand, type SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import type { Secrets } from '../delivery/ports.ts';
import { type Clock, RetryableFault } from '../ports.ts';

/** A rotated secret is used after so long at the latest. */
const keptInMilliseconds = 5 * 60_000;
/** A wrong secret, which is refused each time, is not read each time. */
const freshInMilliseconds = 60_000;

/** Secrets Manager, cached. The text is in no message, neither of a fault nor of a log. */
export const secretsManager = (client: SecretsManagerClient, clock: Pick<Clock, 'now'>): Secrets => {
  const cache = new Map<string, { readonly text: string; readonly at: number }>();
  return {
    text: async (arn, fresh) => {
      const kept = cache.get(arn);
      const longest = fresh === undefined ? keptInMilliseconds : freshInMilliseconds;
      if (kept !== undefined && clock.now() - kept.at < longest) return kept.text;
      const text = await readSecret(client, arn);
      cache.set(arn, { text, at: clock.now() });
      return text;
    },
  };
};

/** The text of a secret, not cached. @throws RetryableFault, never with the text */
export const readSecret = async (client: SecretsManagerClient, arn: string): Promise<string> => {
  try {
    const { SecretString: text } = await client.send(new GetSecretValueCommand({ SecretId: arn }));
    if (text !== undefined && text.trim() !== '') return text.trim();
  } catch (error) {
    // The name of the error only: its message may quote what was sent.
    throw new RetryableFault(`secret ${arn} cannot be read: ${error instanceof Error ? error.name : 'unknown'}`);
  }
  throw new RetryableFault(`secret ${arn} has no text`);
};
