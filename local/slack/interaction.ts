import type { SlackButton } from './block-schema.ts';
import type { StoredMessage } from './message-store.ts';

export type Person = { readonly id: string; readonly name: string };

type Click = {
  readonly channel: string;
  readonly message: StoredMessage;
  readonly button: SlackButton;
  readonly person: Person;
  readonly responseUrl: string;
  /** Milliseconds since the epoch. */
  readonly now: number;
};

/** The button of that `action_id` in a message; null where it has none (any more). */
export const buttonIn = (message: StoredMessage, actionId: string): SlackButton | null => {
  const buttons = message.blocks.flatMap((block) => (block.type === 'actions' ? block.elements : []));
  return buttons.find((button) => button.action_id === actionId) ?? null;
};

/** Slack's `block_actions` payload for one click. Source: docs.slack.dev, "block_actions payload". */
export const interactionPayload = ({ channel, message, button, person, responseUrl, now }: Click): object => {
  const index = message.blocks.findIndex((block) => block.type === 'actions' && block.elements.includes(button));
  return {
    type: 'block_actions',
    user: { id: person.id, username: person.name.toLowerCase(), name: person.name.toLowerCase(), team_id: 'T0LOCAL' },
    api_app_id: 'A0GUARD',
    container: { type: 'message', message_ts: message.ts, channel_id: channel, is_ephemeral: false },
    trigger_id: `${Math.floor(now / 1_000)}.${now % 1_000}.local`,
    team: { id: 'T0LOCAL', domain: 'local' },
    channel: { id: channel, name: channel.toLowerCase() },
    message: { type: 'message', bot_id: message.botId, ts: message.ts, text: message.text, blocks: message.blocks },
    response_url: responseUrl,
    actions: [
      {
        type: 'button',
        action_id: button.action_id,
        block_id: message.blocks[index]?.block_id ?? `b${index}`,
        text: button.text,
        ...(button.value === undefined ? {} : { value: button.value }),
        ...(button.style === undefined ? {} : { style: button.style }),
        action_ts: (now / 1_000).toFixed(6),
      },
    ],
  };
};
