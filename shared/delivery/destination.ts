import type { AlertsConfig } from '../config/alerts-config.ts';

/** Where deliveries go, by the name of the channel; what is not there any more is null. */
export type Destination =
  | { readonly type: 'bus' }
  /** EventBridge Scheduler: when it fails, only reminders wait. */
  | { readonly type: 'reminders' }
  /** `each`: for programs, also in a storm. */
  | { readonly type: 'topic'; readonly topicArn: string; readonly each: boolean }
  | { readonly type: 'amazon-q'; readonly topicArn: string }
  | { readonly type: 'slack'; readonly channel: string }
  | { readonly type: 'webhook'; readonly secretArn: string };

export type OwnTopics = {
  readonly defaultTopicArn: string;
  /** Null where no channel is for Amazon Q Developer. */
  readonly amazonQTopicArn: string | null;
};

export const destinationOf = (config: AlertsConfig, own: OwnTopics, name: string): Destination | null => {
  if (name === 'bus' || name === 'reminders') return { type: name };
  if (name === 'default') return { type: 'topic', topicArn: own.defaultTopicArn, each: false };
  const channel = Object.hasOwn(config.channels, name) ? config.channels[name] : undefined;
  if (channel === undefined) return null;
  const { slackChannel, webhookSecretArn, topicArn, each } = channel;
  if (slackChannel !== undefined) return { type: 'slack', channel: slackChannel };
  if (webhookSecretArn !== undefined) return { type: 'webhook', secretArn: webhookSecretArn };
  if (topicArn !== undefined) return { type: 'topic', topicArn, each };
  return own.amazonQTopicArn === null ? null : { type: 'amazon-q', topicArn: own.amazonQTopicArn };
};

/** Programs want each alert by itself; people want a storm told as one. */
export const wantsEach = (destination: Destination | null): boolean =>
  destination?.type === 'bus' || (destination?.type === 'topic' && destination.each);

/** Names of the channels in Slack that a bot writes to. */
export const slackChannels = (config: AlertsConfig): readonly string[] =>
  Object.entries(config.channels).flatMap(([name, { slackChannel }]) => (slackChannel === undefined ? [] : [name]));
