import { pageSize } from '../key-wire.ts';
import { number, plural } from '../../words.ts';
import { element } from './element.ts';
import { findingChoices, matching } from './filters.ts';
import type { PageKey } from './keys.ts';
import { type Direction, inOrder } from './order.ts';
import { rowsOf } from './rows.ts';

const byId = (id: string): HTMLElement => document.getElementById(id) ?? document.body;
const select = (name: string): HTMLSelectElement | null => document.querySelector(`#filter-${name}`);
const chosen = (name: string): string => select(name)?.value ?? '';
const mostPrinted = 200;

export type KeyTable = { readonly showForPrint: () => void; readonly showPage: () => void };

/** Sorts, filters and pages; only the rows of one page are ever in the document. */
export const startTable = (keys: readonly PageKey[]): KeyTable => {
  const search = document.querySelector<HTMLInputElement>('#search');
  let column = 'findings';
  let direction: Direction = 'descending';
  let ordered = keys;
  let shown = keys;
  let page = 0;
  const pages = (): number => Math.max(1, Math.ceil(shown.length / pageSize));
  const put = (rows: readonly PageKey[]): void => byId('key-rows').replaceChildren(...rows.flatMap(rowsOf));
  const showPage = (): void => {
    put(shown.slice(page * pageSize, (page + 1) * pageSize));
    byId('page-text').textContent = `Page ${number(page + 1)} of ${number(pages())}`;
    byId('page-before').toggleAttribute('disabled', page === 0);
    byId('page-after').toggleAttribute('disabled', page >= pages() - 1);
  };
  const filter = (): void => {
    const names = ['findings', 'state', 'rotation', 'account', 'region'] as const;
    const [findings = '', state = '', rotation = '', account = '', region = ''] = names.map(chosen);
    shown = matching(ordered, { search: search?.value ?? '', findings, state, rotation, account, region });
    page = 0;
    byId('key-status').textContent =
      shown.length === keys.length
        ? plural(keys.length, 'key')
        : `${number(shown.length)} of ${plural(keys.length, 'key')}`;
    showPage();
  };
  const sortBy = (wanted: string): void => {
    direction = column === wanted && direction === 'ascending' ? 'descending' : 'ascending';
    column = wanted;
    ordered = inOrder(keys, column, direction);
    markSorted(column, direction);
    filter();
  };
  const turn = (by: number): void => {
    page = Math.min(pages() - 1, Math.max(0, page + by));
    showPage();
    byId('key-table').scrollIntoView({ block: 'start' });
  };
  makeSortable(sortBy);
  fillChoices(keys);
  listen(filter, turn);
  markSorted(column, direction);
  filter();
  return { showPage, showForPrint: () => put(shown.slice(0, mostPrinted)) };
};

const headings = (): readonly HTMLElement[] => [
  ...document.querySelectorAll<HTMLElement>('#key-table th[data-column]'),
];

/** On paper the name of a column is text: a browser repeats no button at the head of each page. */
const makeSortable = (sortBy: (column: string) => void): void => {
  for (const heading of headings()) {
    const name = heading.textContent ?? '';
    const button = element('button', { type: 'button' }, name);
    button.addEventListener('click', () => sortBy(heading.dataset['column'] ?? ''));
    heading.replaceChildren(button, element('span', { class: 'on-paper' }, name));
  }
};

const markSorted = (column: string, direction: Direction): void => {
  for (const heading of headings()) {
    if (heading.dataset['column'] === column) heading.setAttribute('aria-sort', direction);
    else heading.removeAttribute('aria-sort');
  }
};

const choices = (name: string, values: Iterable<readonly [value: string, text: string]>): void => {
  const options = [...values].map(([value, text]) => element('option', { value }, text));
  select(name)?.append(...options);
};

const distinct = (keys: readonly PageKey[], of: (key: PageKey) => readonly [string, string]) =>
  [...new Map(keys.map(of))].sort(([, one], [, other]) => (one < other ? -1 : 1));

const fillChoices = (keys: readonly PageKey[]): void => {
  choices(
    'findings',
    findingChoices.map((name) => [name, name]),
  );
  choices(
    'state',
    distinct(keys, ({ state }) => [state, state]),
  );
  choices(
    'rotation',
    distinct(keys, ({ rotation }) => [rotation, rotation]),
  );
  choices(
    'region',
    distinct(keys, ({ region }) => [region, region]),
  );
  choices(
    'account',
    distinct(keys, ({ account, accountName }) => [account, `${accountName} ${account}`.trim().slice(0, 80)]),
  );
};

const listen = (filter: () => void, turn: (by: number) => void): void => {
  const form = document.querySelector('.filters');
  form?.addEventListener('input', filter);
  form?.addEventListener('submit', (event) => event.preventDefault());
  form?.addEventListener('reset', () => requestAnimationFrame(filter));
  byId('page-before').addEventListener('click', () => turn(-1));
  byId('page-after').addEventListener('click', () => turn(1));
};
