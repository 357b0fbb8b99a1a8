import type { KeyAlert } from '../alert.ts';

/** A key that waits for its deletion now. */
export const isPendingDeletion = ({ keyState }: KeyAlert): boolean =>
  keyState === 'PendingDeletion' || keyState === 'PendingReplicaDeletion';

/** Somebody wants the key deleted: it is pending, or it was until the guard cancelled it. An approval answers either. */
export const isPlannedDeletion = (alert: KeyAlert): boolean =>
  isPendingDeletion(alert) || alert.outcomes.some(({ remedy }) => remedy === 'cancelKeyDeletion');

/** Who made the call, in words that fit on a phone: `assumed-role/PlatformAdmin/dana`, with the account where it is another. */
export const actorName = ({ actor, account }: KeyAlert): string => {
  const { arn, type, invokedBy } = actor;
  const [, , , , arnAccount = '', ...rest] = arn?.split(':') ?? [];
  const known = rest.length > 0 ? rest.join(':') : (arn ?? invokedBy ?? `unknown (${type})`);
  const stranger = /^\d{12}$/.test(arnAccount) && arnAccount !== account ? ` of account ${arnAccount}` : '';
  const through = invokedBy === null || known === invokedBy ? '' : ` through ${invokedBy}`;
  return `${known}${stranger}${through}`;
};

/** `prod-payments (111122223333)`, or the id alone. */
export const accountText = (account: string, name: string | null): string =>
  name === null || name.trim() === '' ? account : `${name} (${account})`;
