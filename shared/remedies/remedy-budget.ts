import type { RemedyBudget, RemedyName } from './remedy-names.ts';

export const budgetOf = (remedy: RemedyName): RemedyBudget => {
  switch (remedy) {
    case 'cancelKeyDeletion':
    case 'restoreKeyState':
      return 'rescues';
    case 'enableKeyRotation':
    case 'restoreKeyPolicy':
    case 'revokeGrant':
      return 'others';
  }
};
