import { createHmac } from 'node:crypto';

/** A click as Slack sends it: form-encoded, signed over the body as it is. */
export type SignedInteraction = { readonly body: string; readonly headers: Readonly<Record<string, string>> };

type Input = {
  readonly payload: object;
  readonly secret: string /** Seconds since the epoch. */;
  readonly timestamp: number;
};

/** Source: Slack, "Verifying requests from Slack", version v0. */
export const signInteraction = ({ payload, secret, timestamp }: Input): SignedInteraction => {
  const body = new URLSearchParams({ payload: JSON.stringify(payload) }).toString();
  const signature = createHmac('sha256', secret).update(`v0:${timestamp}:${body}`).digest('hex');
  return {
    body,
    headers: {
      'content-type': 'application/x-www-form-urlencoded',
      'x-slack-request-timestamp': String(timestamp),
      'x-slack-signature': `v0=${signature}`,
    },
  };
};
