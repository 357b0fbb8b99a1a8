import { nameOf } from '../coverage.ts';
import type { KeyLine, Report } from '../report.ts';
import { keyCost } from '../key-cost.ts';
import { shownRotation } from '../key-figures.ts';
import { dayOf, number, plural, usd } from '../words.ts';
import { html, type Markup, told } from './markup.ts';
import { keyData } from './key-data.ts';
import { pageSize } from './key-wire.ts';
import { chip, empty, mark, shownAccount, shownKey } from './parts.ts';

/** The table of keys: its first page as HTML for readers without scripts, all of them as data. */
export function* keys(report: Report): Generator<string> {
  const { keys: all } = report;
  yield html`<section id="keys" aria-labelledby="keys-h"><h2 id="keys-h">Keys</h2>\n`.markup;
  if (all === null || all.length === 0) {
    yield empty(all === null ? 'The keys are not in this report.' : 'No customer managed key was found.').markup;
  } else {
    yield intro(all.length).markup;
    yield filters.markup;
    yield opening.markup;
    for (const key of all.slice(0, pageSize)) yield row(key, report).markup;
    yield closing.markup;
    yield* keyData(report);
  }
  yield '</section>\n';
}

const intro = (
  count: number,
): Markup => html`<p class="lead needs-script">${count === 1 ? 'The one customer managed key' : `All ${number(count)} customer managed keys`} that the sweep saw. Open ${count === 1 ? 'it' : 'one'} for its tags and findings.</p>
<p class="left on-paper">On paper: the first keys of ${number(count)}, those with the gravest findings first; all are in the CSV of this report.</p>
<p class="lead without-script">The first ${number(Math.min(count, pageSize))} of ${plural(count, 'key')}, those with the gravest findings first. Search, filters and the others need JavaScript; all are in the CSV of this report.</p>
`;

const select = (name: string, text: string): Markup =>
  html`<div class="field"><label for="filter-${name}">${text}</label><select id="filter-${name}"><option value="">all</option></select></div>`;

const filters = html`<form class="filters needs-script" role="search" aria-label="Keys"><div class="field search"><label for="search">Search</label><input type="search" id="search" placeholder="alias, id, account, Region or tag" autocomplete="off" spellcheck="false"></div>${select('findings', 'Findings')}${select('state', 'State')}${select('rotation', 'Rotation')}${select('account', 'Account')}${select('region', 'Region')}<button type="reset">Reset</button></form>
<p class="status needs-script" id="key-status" role="status"></p>
`;

const columns = [
  ['name', 'Key'],
  ['account', 'Account'],
  ['region', 'Region'],
  ['state', 'State'],
  ['rotation', 'Rotation'],
  ['used', 'Last used'],
  ['findings', 'Findings'],
  ['cost', 'A month'],
] as const;

const opening = html`<div class="scroll" tabindex="0" role="region" aria-label="Table of keys"><table id="key-table"><caption class="unseen">Keys</caption>
<thead><tr>${columns.map(([id, name]) => html`<th scope="col" data-column="${id}"${id === 'cost' ? html` class="number"` : null}><span>${name}</span></th>`)}</tr></thead>
<tbody id="key-rows">`;

const closing = html`</tbody></table></div>
<div class="pager needs-script"><span id="page-text"></span><button type="button" id="page-before">Previous</button><button type="button" id="page-after">Next</button></div>
`;

const row = (
  key: KeyLine,
  { accountNames }: Report,
): Markup => html`<tr><th scope="row">${shownKey(key.keyArn, key.aliases)}</th><td>${shownAccount(key.account, nameOf(accountNames, key.account))}</td><td class="where">${told(key.region, 40)}</td><td class="where">${told(key.state ?? 'not read', 40)}</td><td class="where">${rotationText(key)}</td><td class="where">${lastUseText(key)}</td><td class="where">${findingsText(key)}</td><td class="number">${costText(key)}</td></tr>
`;

const costText = (key: KeyLine): string => {
  const cost = keyCost(key);
  return cost === null ? 'not known' : usd(cost);
};

const rotationText = (key: KeyLine): string => {
  const rotation = shownRotation(key);
  return rotation === null ? 'not read' : rotation === 'unsupported' ? 'not possible' : rotation;
};

const lastUseText = ({ lastUse }: KeyLine): string => {
  switch (lastUse?.use) {
    case 'used':
      return dayOf(lastUse.at);
    case 'never':
      return 'never';
    case 'unknown':
      return 'not on record';
    case undefined:
      return 'not read';
  }
};

const findingsText = ({ worst, open, undetermined, waived }: KeyLine): Markup => {
  if (worst !== null) return html`${chip(worst)} ${number(open)}`;
  if (undetermined > 0) return mark('plain', `${number(undetermined)} undecided`);
  return waived > 0 ? mark('plain', `${number(waived)} waived`) : html`none`;
};
