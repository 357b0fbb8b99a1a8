import type { GuardConfig } from '../shared/config/config.ts';
import { modeOf } from '../shared/decide.ts';
import type { RemedyName } from '../shared/remedies/remedy-names.ts';

/** Is a remedy enforced anywhere? */
export const isEnforced = (config: GuardConfig, remedy: RemedyName): boolean => {
  const { everywhere, but } = modesByAccount(config, remedy);
  return everywhere || but.length > 0;
};

/** Where a remedy is enforced: everywhere but in these accounts, or nowhere but in these. */
export const modesByAccount = (
  config: GuardConfig,
  remedy: RemedyName,
): { readonly everywhere: boolean; readonly but: readonly string[] } => {
  const everywhere = config.modes.remedies[remedy] === 'enforce';
  const but = Object.keys(config.modes.accounts).filter(
    (account) => (modeOf(config, account, remedy) === 'enforce') !== everywhere,
  );
  return { everywhere, but: but.sort() };
};
