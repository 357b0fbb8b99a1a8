import {
  type Access,
  type Condition,
  type KeyPolicy,
  statementName,
  type Who,
  type Witness,
} from '../../policy/index.ts';
import { cut } from '../reason.ts';

/** Longest text of one value, so that a whole sentence of them can be read on a phone. */
const shown = 190;
const shownItems = 6;

/** `a, b and 3 more` */
export const listed = (items: readonly string[], most: number = shownItems): string => {
  const more = items.length - most;
  const texts = items.slice(0, most).map((item) => cut(item, 100));
  return cut(`${texts.join(', ')}${more > 0 ? ` and ${more} more` : ''}`, shown);
};

/** Who gets in, as the beginning of a sentence. */
export const whoGetsIn = ({ who, principal }: Access): string => {
  switch (who) {
    case 'public':
      return 'Anyone with an AWS account';
    case 'conditional':
      return 'Any account, from a network or with an id that the policy names,';
    case 'service':
      return `${principal === '*' ? 'Any AWS service' : principal} on behalf of somebody outside`;
    case 'external':
    case 'trusted':
    case 'organization':
    case 'account':
      return cut(named(principal), shown);
  }
};

const named = (principal: string): string => {
  const [, account] = /^arn:[^:]+:iam::(\d{12}):root$/.exec(principal) ?? [];
  if (account !== undefined) return `Account ${account}`;
  return principal.startsWith('o-') ? `Every account of organization ${principal}` : principal;
};

/** The conditions of the statements with these names: `StringEquals kms:ViaService a or b`. Empty where there are none. */
export const conditionsOf = (policy: KeyPolicy, statements: readonly string[]): string => {
  const concerned = policy.statements.filter((statement) => statements.includes(statementName(statement)));
  return cut(
    concerned
      .map(({ conditions }) => conditions.map(conditionText).join(' and '))
      .filter((text) => text !== '')
      .join('; '),
    shown,
  );
};

const conditionText = ({ operator, key, values }: Condition): string =>
  cut(`${operator.text} ${key} ${values.join(' or ')}`, 120);

/** The proof as a sentence: the request that the policy permits, with what the policy reads of it. */
export const witnessText = (policy: KeyPolicy, who: Who, { principal, action, context }: Witness): string => {
  const read = new Set(policy.statements.flatMap(({ conditions }) => conditions.map(({ key }) => key.toLowerCase())));
  const told = Object.entries(context)
    .filter(([key]) => read.has(key.toLowerCase()))
    .map(([key, value]) => `${key} = ${typeof value === 'string' ? value : value.join(' + ')}`);
  // The account of a stranger is made up: it must not look like somebody's.
  const stranger = who === 'public' || who === 'conditional' ? 'a stranger such as ' : '';
  return cut(`${stranger}${principal} calls ${action}${told.length === 0 ? '' : ` with ${told.join(', ')}`}`, shown);
};
