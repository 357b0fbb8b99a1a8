/** The changes the guard may make, each small and reversible. */
export const remedyNames = [
  'cancelKeyDeletion',
  'restoreKeyState',
  'enableKeyRotation',
  'restoreKeyPolicy',
  'revokeGrant',
] as const;
export type RemedyName = (typeof remedyNames)[number];
