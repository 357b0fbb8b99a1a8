import { dayOf, usd } from '../../words.ts';
import { element, told } from './element.ts';
import { type PageKey, severities } from './keys.ts';

const columns = 8;

/** A row of the table; its button opens what else is known of the key. */
export const rowsOf = (key: PageKey): readonly HTMLElement[] => {
  const opener = element('button', { type: 'button', class: 'opener', 'aria-expanded': 'false' });
  opener.append(told(key.aliases?.[0] ?? key.id));
  const row = element(
    'tr',
    {},
    element('th', { scope: 'row' }, opener, ...(key.aliases?.[0] === undefined ? [] : [id(key.id)])),
    element('td', {}, ...(key.accountName === '' ? [account(key)] : [told(key.accountName, 60), account(key)])),
    element('td', { class: 'where' }, told(key.region, 40)),
    element(
      'td',
      {},
      told(key.state, 40),
      ...(key.deletionDate === null ? [] : [small(`on ${dayOf(key.deletionDate)}`)]),
    ),
    element('td', { class: 'where' }, key.rotation),
    element('td', { class: 'where' }, lastUseText(key)),
    element('td', { class: 'where' }, ...findingsCell(key)),
    element('td', { class: 'number' }, costText(key)),
  );
  opener.addEventListener('click', () => toggle(opener, row, key));
  return [row];
};

const id = (text: string): HTMLElement => element('span', { class: 'id' }, told(text));
const account = ({ account: text }: PageKey): HTMLElement => element('span', { class: 'id where' }, told(text, 20));
const small = (text: string): HTMLElement => element('span', { class: 'id' }, text);

const toggle = (opener: HTMLElement, row: HTMLElement, key: PageKey): void => {
  const open = opener.getAttribute('aria-expanded') === 'true';
  opener.setAttribute('aria-expanded', String(!open));
  if (open) row.nextElementSibling?.remove();
  else row.after(detailOf(key));
};

const lastUseText = ({ lastUse }: PageKey): string => {
  if (lastUse === null) return 'not read';
  if (lastUse[0] === 'used') return dayOf(lastUse[1]);
  return lastUse[0] === 'never' ? 'never' : 'not on record';
};

const costText = ({ cost }: PageKey): string =>
  cost === null ? 'not known' : usd({ usdFrom: cost[0], usdTo: cost[1] });

const findingsCell = ({ worst, counts }: PageKey): readonly (Node | string)[] => {
  const severity = severities[worst - 1];
  if (severity !== undefined) return [element('span', { class: `chip ${severity}` }, severity), ` ${counts.open}`];
  if (counts.undecided > 0) return [element('span', { class: 'mark plain' }, `${counts.undecided} undecided`)];
  return counts.waived > 0 ? [element('span', { class: 'mark plain' }, `${counts.waived} waived`)] : ['none'];
};

const detailOf = (key: PageKey): HTMLElement => {
  const list = element('dl', {});
  const say = (name: string, ...value: readonly (Node | string)[]): void =>
    list.append(element('dt', {}, name), element('dd', {}, ...value));
  say('ARN', element('span', { class: 'mono' }, told(key.arn, 400)));
  say(
    'Aliases',
    key.aliases === null ? 'not read' : key.aliases.length === 0 ? 'none' : told(key.aliases.join(', '), 2_000),
  );
  for (const [name, value] of key.details) say(name, told(value, 100));
  say('Tags', ...tagsOf(key));
  return element('tr', { class: 'detail' }, element('td', { colspan: String(columns) }, list, ...findingsOf(key)));
};

const tagsOf = ({ tags }: PageKey): readonly (Node | string)[] => {
  if (tags === null) return ['not read'];
  if (tags.length === 0) return ['none'];
  return tags.map(([name, value]) => element('span', { class: 'tag' }, told(name, 150), ' = ', told(value, 300)));
};

const findingsOf = ({ findings }: PageKey): readonly HTMLElement[] => {
  if (findings.length === 0) return [];
  const items = findings.map(({ severity, state, message, rule, firstSeen }) =>
    element(
      'li',
      {},
      element('span', { class: `chip ${severity}` }, severity),
      ' ',
      told(message, 600),
      ` (${state === 'open' ? '' : `${state}, `}`,
      told(rule, 80),
      `, since ${dayOf(firstSeen)})`,
    ),
  );
  return [element('ul', {}, ...items)];
};
