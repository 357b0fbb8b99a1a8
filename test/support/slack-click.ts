import { createHmac } from 'node:crypto';
import { type ButtonAction, buttonActions, type ButtonValue } from '../../shared/alerts/slack/button-value.ts';
import { keyArn } from './records.ts';

export const signingSecret = 'a-signing-secret-that-must-never-show';
/** The event id of `scheduleDeletion`. */
export const scheduledEventID = 'c2a7e9d4-0000-4000-8000-00000000b001';

export const buttonValue = (some: Partial<ButtonValue> = {}): ButtonValue => ({
  v: 1,
  alertId: 'alert-1',
  eventID: scheduledEventID,
  findingIds: ['finding-1'],
  keyArn,
  deletionDate: '2026-11-27T09:14:07.000Z',
  revision: 0,
  ...some,
});

type Click = {
  readonly user?: string;
  readonly action?: ButtonAction;
  readonly value?: ButtonValue;
  readonly responseUrl?: string;
};

/** What Slack posts when somebody clicks a button: `payload=JSON`, form-encoded. */
export const clickBody = ({
  user = 'U0EVE',
  action = 'approve',
  value = buttonValue(),
  responseUrl = 'https://hooks.slack.com/actions/T0/1/secret-of-the-response-url',
}: Click = {}): string =>
  new URLSearchParams({
    payload: JSON.stringify({
      type: 'block_actions',
      team: { id: 'T0TEAM', domain: 'example' },
      user: { id: user, username: 'eve', name: 'eve', team_id: 'T0TEAM' },
      api_app_id: 'A0APP',
      token: 'legacy-verification-token',
      trigger_id: '1.2.trigger',
      response_url: responseUrl,
      container: { type: 'message', message_ts: '1732094047.000100', channel_id: 'C0KEYS' },
      channel: { id: 'C0KEYS', name: 'keys' },
      message: { type: 'message', text: 'é < & >', ts: '1732094047.000100' },
      actions: [
        {
          type: 'button',
          block_id: 'answers',
          action_id: buttonActions[action],
          value: JSON.stringify(value),
          action_ts: '1732094050.1',
        },
      ],
    }),
  }).toString();

export const signatureOf = (body: string | Uint8Array, timestamp: string, secret = signingSecret): string =>
  `v0=${createHmac('sha256', secret).update(`v0:${timestamp}:`).update(body).digest('hex')}`;

type Request = {
  readonly body?: string;
  /** Seconds since the epoch. */
  readonly timestamp?: string;
  readonly signature?: string;
  readonly secret?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly method?: string;
  readonly base64?: boolean;
};

export const clickedAt = Date.parse('2026-11-20T09:16:00Z');

/** The event of a Lambda function URL, payload format 2.0, for a request that Slack signed; change what a test is about. */
export const functionUrlEvent = (request: Request = {}) => {
  const { body = clickBody(), timestamp = String(clickedAt / 1000), secret, headers, method = 'POST' } = request;
  return {
    version: '2.0',
    routeKey: '$default',
    rawPath: '/',
    rawQueryString: '',
    headers: {
      'content-type': 'application/x-www-form-urlencoded',
      'x-slack-request-timestamp': timestamp,
      'x-slack-signature': request.signature ?? signatureOf(body, timestamp, secret),
      'user-agent': 'Slackbot 1.0 (+https://api.slack.com/robots)',
      ...headers,
    },
    requestContext: {
      accountId: 'anonymous',
      domainName: 'abcdefghij.lambda-url.eu-west-1.on.aws',
      http: { method, path: '/', protocol: 'HTTP/1.1', sourceIp: '203.0.113.9', userAgent: 'Slackbot' },
      requestId: 'r-1',
      stage: '$default',
    },
    body: request.base64 === true ? Buffer.from(body).toString('base64') : body,
    isBase64Encoded: request.base64 === true,
  };
};
