import * as z from 'zod/mini';

/** `action_id`s of the buttons, as Slack sends them back. */
export const buttonActions = {
  approve: 'kms-guard.approve-deletion',
  keep: 'kms-guard.keep-key',
  snooze: 'kms-guard.snooze',
  acknowledge: 'kms-guard.acknowledge',
} as const;

export type ButtonAction = keyof typeof buttonActions;

/** The button of an `action_id`; null for one that is not ours. */
export const buttonActionOf = (actionId: string): ButtonAction | null => {
  switch (actionId) {
    case buttonActions.approve:
      return 'approve';
    case buttonActions.keep:
      return 'keep';
    case buttonActions.snooze:
      return 'snooze';
    case buttonActions.acknowledge:
      return 'acknowledge';
    default:
      return null;
  }
};

const buttonValueSchema = z.strictObject({
  v: z.literal(1),
  alertId: z.string().check(z.minLength(1), z.maxLength(200)),
  /** Of the call that raised the alert; null for an alert that is not about a call. */
  eventID: z.nullable(z.string().check(z.maxLength(100))),
  /** At most four, the alert's own first. */
  findingIds: z.array(z.string().check(z.maxLength(64))).check(z.maxLength(4)),
  keyArn: z.nullable(z.string().check(z.maxLength(300))),
  /** ISO 8601; which planned deletion is meant: an approval for it holds for no later one. */
  deletionDate: z.nullable(z.string().check(z.maxLength(40))),
  /** How many steps the message showed: a click on a message that has moved on can be told. */
  revision: z.int().check(z.minimum(0)),
});

/** What a button carries: ids only, nothing that decides; the ledger knows the rest. */
export type ButtonValue = z.infer<typeof buttonValueSchema>;

/** The text for Slack, at most 2,000 characters; null where an id does not fit, which then has no buttons. */
export const buttonValueText = (value: ButtonValue): string | null => {
  const parsed = buttonValueSchema.safeParse(value);
  const text = parsed.success ? JSON.stringify(parsed.data) : '';
  return text !== '' && text.length <= 2_000 ? text : null;
};

/** What a button brought back; null where it is not what the guard wrote. */
export const parseButtonValue = (text: string): ButtonValue | null => {
  try {
    const parsed = buttonValueSchema.safeParse(JSON.parse(text));
    return parsed.success ? parsed.data : null;
  } catch {
    return null;
  }
};
