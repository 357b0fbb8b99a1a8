import * as z from 'zod/mini';
import type { Clock } from '../ports.ts';
import type { SigningSecret } from './take-request.ts';

const jsonSchema = z.object({ signingSecret: z.string().check(z.minLength(1)) });

/** A secret is the signing secret itself, or JSON with `signingSecret`. */
export const signingSecretIn = (text: string): string => {
  if (!text.trimStart().startsWith('{')) return text.trim();
  try {
    return jsonSchema.parse(JSON.parse(text)).signingSecret;
  } catch {
    // Without a cause: it would carry the secret's text.
    throw new SecretUnusable('the signing secret is JSON without "signingSecret"');
  }
};

/** The secret is not what it should be: somebody must mend it. Never carries its text. */
export class SecretUnusable extends Error {
  override readonly name = 'SecretUnusable';
}

const rereadAfterInMilliseconds = 60_000;

/** Kept as long as the Lambda lives; a signature that does not fit has it read again, at most once a minute. */
export const cachedSigningSecret = (read: () => Promise<string>, clock: Pick<Clock, 'now'>): SigningSecret => {
  let cached: { readonly secret: string; readonly readAt: number } | null = null;
  const readNow = async (): Promise<string> => {
    const secret = signingSecretIn(await read());
    cached = { secret, readAt: clock.now() };
    return secret;
  };
  return {
    current: async () => cached?.secret ?? (await readNow()),
    reread: async () =>
      cached !== null && clock.now() - cached.readAt < rereadAfterInMilliseconds ? null : await readNow(),
  };
};
