/** The changes the guard may make, each small and reversible. */
export const remedyNames = [
  'cancelKeyDeletion',
  'restoreKeyState',
  'enableKeyRotation',
  'restoreKeyPolicy',
  'revokeGrant',
] as const;
export type RemedyName = (typeof remedyNames)[number];

/** What the breaker counts apart: how often other remedies are provoked must not decide whether a key is saved, see ADR 14. */
export const remedyBudgets = ['rescues', 'others'] as const;
export type RemedyBudget = (typeof remedyBudgets)[number];
