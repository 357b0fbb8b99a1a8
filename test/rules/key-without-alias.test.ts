import { known, unknown } from '../../shared/facts/facts.ts';
import { keyWithoutAlias } from '../../shared/rules/key-without-alias.ts';
import { reachesEveryText } from '../support/policy-columns.ts';
import { notSwept, swept, undescribed } from '../support/sweep-columns.ts';
import { type Columns, twoColumns } from '../support/two-columns.ts';

const bare = { aliases: known([]) };

const columns = {
  compliant: [
    { name: 'one alias', input: swept({ aliases: known(['alias/orders']) }) },
    {
      name: 'two aliases, disabled',
      input: swept({ aliases: known(['alias/a', 'alias/b']) }, { keyState: 'Disabled' }),
    },
    ...notSwept(swept(bare)),
  ],
  violating: [
    { name: 'no alias', message: 'none', severity: 'info', input: swept(bare) },
    { name: 'disabled, no alias', message: 'none', input: swept(bare, { keyState: 'Disabled' }) },
    {
      name: 'the aliases cannot be read',
      verdict: 'undetermined',
      message: 'unreadable',
      input: swept({ aliases: unknown('access-denied', 'kms:ListAliases') }),
      data: { fact: 'aliases', reason: 'access-denied' },
    },
    ...undescribed(),
  ],
} satisfies Columns;

twoColumns(keyWithoutAlias, columns);
reachesEveryText(keyWithoutAlias, columns.violating);
