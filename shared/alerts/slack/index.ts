export {
  buttonActionOf,
  buttonActions,
  parseButtonValue,
  type ButtonAction,
  type ButtonValue,
} from './button-value.ts';
export { slackDigest } from './digest-message.ts';
export { listedAlert } from './listed-alert.ts';
export { slackMessage, slackNote, slackTest } from './message.ts';
export type {
  SlackClient,
  SlackFailure,
  SlackFound,
  SlackMessage,
  SlackPost,
  SlackPosted,
  SlackResult,
  SlackWebhook,
} from './ports.ts';
export type {
  ListedAlert,
  SlackDigest,
  SlackEscalation,
  SlackInput,
  SlackStatus,
  SlackStep,
  SlackStorm,
} from './slack-input.ts';
