import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { assumed, bill, countsOf, type Line, type Load, totalOf, usageOf } from './cost/model.ts';
import { prices } from './cost/prices.ts';
import { documentedConfigs, guardTemplate, type Template } from './documented-templates.ts';

/** `npm run docs`: writes `docs/cost.md` from the synthesized template, a load and list prices. */

export const costFile = join(import.meta.dirname, '..', 'docs', 'cost.md');

export type Scenario = {
  readonly title: string;
  readonly load: Load;
  readonly template: Template;
  /** US dollars a month that issue 7 asks for. */
  readonly goal: number;
};

export const scenarios = (): readonly Scenario[] => [
  {
    title: '1,000 keys in one account and Region',
    load: { accounts: 1, regions: 1, keysPerRegion: 1_000, callsPerDay: 50 },
    template: guardTemplate(documentedConfigs.observe),
    goal: 3,
  },
  {
    title: '100 accounts, 4 Regions each, 50 keys in each Region',
    load: { accounts: 100, regions: 4, keysPerRegion: 50, callsPerDay: 1_000 },
    template: guardTemplate({ ...documentedConfigs.organization, slack: null }),
    goal: 10,
  },
];

export type Judged = {
  readonly lines: readonly Line[];
  readonly list: number;
  readonly paid: number;
  /** Which of the two totals is under the goal. */
  readonly metAtList: boolean;
  readonly metWithFree: boolean;
};

export const judge = ({ template, load, goal }: Scenario): Judged => {
  const lines = bill(usageOf(template, load));
  const { list, paid } = totalOf(lines);
  return { lines, list, paid, metAtList: list < goal, metWithFree: paid < goal };
};

const dollars = (amount: number): string => amount.toFixed(2);
const whole = (units: number): string => Number(units.toPrecision(3)).toLocaleString('en-US');
const yes = (met: boolean): string => (met ? 'met' : '**not met**');

const part = (scenario: Scenario): readonly string[] => {
  const { title, load, template } = scenario;
  const { lines, list, paid } = judge(scenario);
  const { alarms, guards, queues, fifo } = countsOf(template);
  const shown = lines.filter((line) => line.list >= 0.005).toSorted((one, other) => other.list - one.list);
  const rest = lines
    .filter((line) => line.list < 0.005)
    .map(({ name }) => `${prices[name].service} ${prices[name].unit}`);
  return [
    `## ${title}`,
    '',
    `${whole(load.callsPerDay)} calls a day that a guard wants to know of. The template has ${alarms} metrics in alarms, ${guards} guards with a heartbeat,`,
    `${queues + fifo} queues that Lambda reads.`,
    '',
    '| service | unit | units a month | at list price | after what is always free |',
    '| --- | --- | ---: | ---: | ---: |',
    ...shown.map(({ name, units, list: full, paid: due }) => {
      const { service, unit } = prices[name];
      return `| ${service} | ${unit} | ${whole(units)} | ${dollars(full)} | ${dollars(due)} |`;
    }),
    `| **together** | | | **${dollars(list)}** | **${dollars(paid)}** |`,
    '',
    ...(rest.length === 0 ? [] : [`Less than half a cent each: ${rest.join(', ')}.`, '']),
  ];
};

const priceRow = (price: (typeof prices)[keyof typeof prices]): string => {
  const { service, unit, dollars: each, free, source } = price;
  const shown = each < 0.001 ? `${Number((each * 1e6).toPrecision(8))} a million` : String(each);
  return `| ${service} | ${unit} | ${shown} | ${free === 0 ? '' : whole(free)} | [prices](${source}) |`;
};

export const costPage = (list: readonly Scenario[]): string =>
  [
    '# Cost',
    '',
    'Written by `scripts/cost-page.ts` (`npm run docs`) from the synthesized template, a load and list prices of us-east-1, in US dollars a month, without',
    'taxes. *Always free* is what every account (an organization as a whole) has free each month without end; it is not free where something',
    'else of the account has used it up. Keys themselves (1 dollar a month each) are not counted, nor is the trail that the guard stands on.',
    '',
    '| | goal | at list price | | after what is always free | |',
    '| --- | ---: | ---: | --- | ---: | --- |',
    ...list.map((scenario) => {
      const { list: full, paid, metAtList, metWithFree } = judge(scenario);
      const { title, goal } = scenario;
      return `| ${title} | ${goal} | ${dollars(full)} | ${yes(metAtList)} | ${dollars(paid)} | ${yes(metWithFree)} |`;
    }),
    '',
    ...list.flatMap(part),
    '## What makes it dear, and what would help',
    '',
    '- **KMS requests of the sweep** are the largest part of an organization: six requests for every key, every night. Asking for tags, rotation,',
    '  grants and last use only weekly of keys that no event touched would take away more than half.',
    '- **Custom metrics** cost by the hour in which they are sent. Those of heartbeats are sent in every hour; those of decisions only where something happens.',
    '- **Alarms** are the largest part of a single account. `QueueAge` of a guard says what its heartbeat says: the two could be one.',
    '- **Quiet queues** cost because Lambda asks them all the time.',
    '- **The dashboard** costs 3 dollars where the account has more than three, or where it shows more than 50 metrics.',
    '',
    '## Assumptions',
    '',
    '| | |',
    '| --- | ---: |',
    ...Object.entries(assumed).map(([name, value]) => `| ${name} | ${value} |`),
    '',
    'Every request to KMS is taken to be billed, those that manage keys, too: AWS does not say otherwise. Durations are upper ends.',
    '',
    '## Prices',
    '',
    '| service | unit | dollars | always free | source |',
    '| --- | --- | ---: | ---: | --- |',
    ...Object.values(prices).map(priceRow),
    '',
    'Those of Lambda, EventBridge, CloudWatch, DynamoDB and KMS were looked up in November 2026, in copies of these pages and in guides that cite them; the others are from memory. Look them up before you rely on them.',
    '',
  ].join('\n');

if (import.meta.main) writeFileSync(costFile, costPage(scenarios()));
