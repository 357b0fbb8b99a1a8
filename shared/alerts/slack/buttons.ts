import type { ActionsBlock, Button } from '@slack/types';
import { button } from './blocks.ts';
import { type ButtonAction, buttonActions, buttonValueText } from './button-value.ts';
import { isPendingDeletion, isPlannedDeletion } from './key-facts.ts';
import type { SlackInput, SlackStatus } from './slack-input.ts';

/** What people may still answer; the two about a deletion are offered only where there is one. */
const offered: Readonly<Record<SlackStatus, readonly ButtonAction[]>> = {
  open: ['keep', 'approve', 'snooze', 'acknowledge'],
  snoozed: ['keep', 'approve', 'acknowledge'],
  acknowledged: ['keep', 'approve', 'snooze'],
  cancelled: ['approve', 'acknowledge'],
  restored: ['approve', 'acknowledge'],
  approved: ['keep'],
  kept: [],
  resolved: [],
};

/** The row of buttons, or nothing: where none makes sense, or Slack could not bring them back to us. */
export const answerButtons = (input: SlackInput): readonly ActionsBlock[] => {
  if (!input.buttons) return [];
  const value = buttonValueText(valueOf(input));
  if (value === null) return [];
  const elements = offered[input.status]
    .filter((action) => isOpenTo(action, input))
    .map((action) => make(action, value));
  return elements.length === 0 ? [] : [{ type: 'actions', elements }];
};

const isOpenTo = (action: ButtonAction, { alert, storm }: SlackInput): boolean => {
  const about = alert.kind === 'key' && storm === null ? alert : null;
  switch (action) {
    case 'approve':
      return about !== null && about.keyArn !== null && isPlannedDeletion(about);
    case 'keep':
      return about !== null && about.keyArn !== null && isPendingDeletion(about);
    case 'snooze':
    case 'acknowledge':
      return true;
  }
};

const valueOf = ({ alertId, alert, findingIds, history }: SlackInput) => ({
  v: 1 as const,
  alertId,
  eventID: alert.kind === 'key' || alert.kind === 'unreadable' ? alert.eventID : null,
  findingIds: findingIds.slice(0, 4),
  keyArn: alert.kind === 'key' ? alert.keyArn : null,
  deletionDate: alert.kind === 'key' && isPendingDeletion(alert) ? alert.deletionDate : null,
  revision: history.length,
});

const make = (action: ButtonAction, value: string): Button => {
  const actionId = buttonActions[action];
  switch (action) {
    case 'approve':
      return button({
        actionId,
        value,
        label: 'Approve deletion',
        style: 'danger',
        confirm: {
          title: 'Approve the deletion of this key?',
          text: 'Everything that is encrypted under a deleted key is lost for ever. Your name is kept with the approval.',
          yes: 'Approve deletion',
        },
      });
    case 'keep':
      return button({
        actionId,
        value,
        label: 'Keep the key',
        style: 'primary',
      });
    case 'snooze':
      return button({ actionId, value, label: 'Snooze' });
    case 'acknowledge':
      return button({ actionId, value, label: 'Acknowledge' });
  }
};
