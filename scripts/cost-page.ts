import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { assumed, bill, countsOf, type Line, type Load, totalOf, usageOf } from './cost/model.ts';
import { prices } from './cost/prices.ts';
import { requestsPerKeyAndNight } from './cost/sweep.ts';
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
  /** What is paid is under the goal. */
  readonly met: boolean;
};

export const judge = ({ template, load, goal }: Scenario): Judged => {
  const lines = bill(usageOf(template, load));
  const { list, paid } = totalOf(lines);
  return { lines, list, paid, met: paid < goal };
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
    '**The goal is judged on the price list that AWS publishes, with what this list gives every account for ever**: that is what a bill of the guard in an account',
    'of its own says. At list prices alone no goal of 3 dollars could be met by anything that has a dashboard: that is 3 dollars by itself. Both are shown.',
    '',
    '| | goal | after what is always free | | at list price |',
    '| --- | ---: | ---: | --- | ---: |',
    ...list.map((scenario) => {
      const { list: full, paid, met } = judge(scenario);
      const { title, goal } = scenario;
      return `| ${title} | ${goal} | ${dollars(paid)} | ${yes(met)} | ${dollars(full)} |`;
    }),
    '',
    ...list.flatMap(part),
    '## What makes it dear, and what would help',
    '',
    '- **KMS requests of the sweep** are the largest part of an organization: they go with the number of keys, see `docs/adr` and the assumptions below.',
    '- **Metrics** cost by the hour in which they are sent, each name by itself. There are ten names (`shared/metrics.ts`), as many as are free; all functions',
    '  send them under one dimension. What is told apart by guard, remedy or destination is asked of the log.',
    '- **Alarms**: ten are free, and without Slack there are fewer. [operations.md](operations.md#when-an-alarm-comes) says which failure is told by which. Slack has four more,',
    '  and a secret or two at 0.40 dollars each, which are not counted here.',
    '- **Quiet queues** cost because Lambda asks them all the time: 657,000 requests a month each.',
    '- **The dashboard** costs 3 dollars where the account has more than three, or where it shows more than 50 metrics.',
    '',
    '## Assumptions',
    '',
    '| | |',
    '| --- | ---: |',
    ...Object.entries(assumed).map(([name, value]) => `| ${name} | ${value} |`),
    '',
    'Requests to KMS for one key in one night of a sweep, as a test measures them over two weeks (80% of the keys in use, none flagged):',
    '',
    '| | |',
    '| --- | ---: |',
    ...Object.entries(requestsPerKeyAndNight).map(([name, value]) => `| ${name} | ${Number(value.toFixed(3))} |`),
    '',
    'Every request to KMS is taken to be billed, those that manage keys, too: AWS does not say otherwise. Durations are upper ends.',
    '',
    '## Prices',
    '',
    '| service | unit | dollars | always free | source |',
    '| --- | --- | ---: | ---: | --- |',
    ...Object.values(prices).map(priceRow),
    '',
    'Looked up in November 2026, in copies of these pages and in guides that cite them; those of X-Ray, SNS and of logs kept and asked are from memory. Look them up before you rely on them.',
    '',
  ].join('\n');

if (import.meta.main) writeFileSync(costFile, costPage(scenarios()));
