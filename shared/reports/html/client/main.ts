import { readKeys } from './keys.ts';
import { type KeyTable, startTable } from './table.ts';

/** The page's script. Without it everything can still be read but the keys after the first page. */

const root = document.documentElement;
root.classList.add('scripted');

const isDark = (): boolean =>
  (root.dataset['theme'] ?? (matchMedia('(prefers-color-scheme: dark)').matches ? 'dark' : 'light')) === 'dark';

const startTheme = (button: HTMLElement): void => {
  const say = (): void => {
    button.textContent = isDark() ? 'Light' : 'Dark';
  };
  button.addEventListener('click', () => {
    root.dataset['theme'] = isDark() ? 'light' : 'dark';
    say();
  });
  matchMedia('(prefers-color-scheme: dark)').addEventListener('change', say);
  say();
};

/** On paper nothing can be opened: what is folded opens, and the table goes on for some pages. */
const startPrint = (table: KeyTable | null): void => {
  let opened: readonly HTMLDetailsElement[] = [];
  addEventListener('beforeprint', () => {
    opened = [...document.querySelectorAll<HTMLDetailsElement>('details.rule:not([open])')];
    for (const details of opened) details.open = true;
    table?.showForPrint();
  });
  addEventListener('afterprint', () => {
    for (const details of opened) details.open = false;
    table?.showPage();
  });
};

/** A link into a folded part opens it. */
const openTarget = (): void => {
  const target = location.hash === '' ? null : document.getElementById(decodeURIComponent(location.hash.slice(1)));
  const folded = target?.closest('details') ?? null;
  if (folded === null || folded.open) return;
  folded.open = true;
  target?.scrollIntoView();
};

const theme = document.getElementById('theme');
if (theme !== null) startTheme(theme);
document.getElementById('print')?.addEventListener('click', () => print());
startPrint(document.getElementById('key-rows') === null ? null : startTable(readKeys(document)));
addEventListener('hashchange', openTarget);
openTarget();
