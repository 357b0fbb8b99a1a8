import { PublishCommand, type SNSClient } from '@aws-sdk/client-sns';
import { type RenderedAlert, renderAlert } from '../alerts/render.ts';
import { type Alerter, RetryableFault } from '../ports.ts';
import type { Rule } from '../rules/define-rule.ts';

/** Protocols that programs subscribe with; people get the text. */
const programs = ['sqs', 'lambda', 'http', 'https', 'firehose'] as const;

/**
 * Alerts over SNS: readable text by default, the JSON form for programs, attributes for filter policies.
 * @throws RetryableFault when SNS does not take it: an alert is never dropped.
 */
export const snsAlerter = (
  client: SNSClient,
  topicArn: string,
  ruleById: (id: string) => Rule | undefined,
): Alerter => ({
  send: async (alert) => {
    const publication = publicationOf(renderAlert(alert, ruleById));
    try {
      await client.send(new PublishCommand({ TopicArn: topicArn, ...publication }));
    } catch (error) {
      throw new RetryableFault('the alert could not be published', { cause: error });
    }
  },
});

/** At most 262,144 bytes in all, see `alerts/fit.ts`. */
export const publicationOf = ({ subject, text, json, attributes }: RenderedAlert) => {
  const bodies = Object.fromEntries(programs.map((protocol) => [protocol, json]));
  const string = (value: string) => ({ DataType: 'String', StringValue: value });
  return {
    Subject: subject,
    MessageStructure: 'json',
    Message: JSON.stringify({ default: text, ...bodies }),
    MessageAttributes: {
      severity: string(attributes.severity),
      rule: { DataType: 'String.Array', StringValue: JSON.stringify(attributes.rule) },
      account: string(attributes.account),
      decision: string(attributes.decision),
    },
  };
};
