import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { aggregate } from '../../../shared/reports/aggregate.ts';
import { renderHtml } from '../../../shared/reports/html/page.ts';
import type { ReportInput } from '../../../shared/reports/report-input.ts';
import { hostileReport, hostileTexts } from '../../support/hostile-report.ts';
import { reportSample } from '../../support/report-sample.ts';

const pageOf = (input: ReportInput): string => [...renderHtml(aggregate(input))].join('');

/** The tags without their texts: names, and the names of their attributes. */
const skeleton = (page: string): string =>
  page
    .replaceAll(/(<script[^>]*>)[^<]*(?=<\/script>)/g, '$1')
    .replaceAll(/(<style>)[^<]*/g, '$1')
    .replaceAll(/>[^<]*</g, '><')
    .replaceAll(/="[^"]*"/g, '');

/** What a reader sees and hears: no style, no script. */
const textOf = (page: string): string => page.replaceAll(/<(script|style)[^>]*>[^]*?<\/\1>/g, '');

const sample = reportSample(150);
const page = pageOf(sample);

describe('the page', () => {
  test('is the same, byte for byte, from the same input', () => {
    expect(pageOf(reportSample(150))).toBe(page);
  });

  test('asks for nothing from anywhere', () => {
    expect(page.replaceAll(/<script type="application\/json"[^]*?<\/script>/g, '')).not.toMatch(
      /(src|href|action|data)="(?!#|data:,)|@import|url\((?!#)/,
    );
    expect(page).toContain(`default-src &#39;none&#39;`.replaceAll('&#39;', "'"));
    expect(page).not.toContain('unsafe-inline');
  });

  test('stands each id once, and every link within it has its place', () => {
    const ids = [...page.matchAll(/ id="([^"]*)"/g)].map(([, id]) => id);
    expect(new Set(ids).size).toBe(ids.length);
    const links = [...page.matchAll(/href="#([^"]*)"/g)].map(([, id]) => id);
    expect(links.filter((id) => !ids.includes(id))).toEqual([]);
  });

  test('tells a status of every control that a rule stands for', () => {
    const controls = /<section id="controls"[^]*?<\/section>/.exec(page)?.[0] ?? '';
    const named = new Set(sample.rules.flatMap((rule) => rule.controls));
    expect(controls.match(/<th scope="row">/g)).toHaveLength(named.size);
    expect(controls).toContain('>not assessed<');
    expect(controls).toContain('>failed<');
  });

  test('comes in pieces, none of them long', () => {
    const pieces = [...renderHtml(aggregate(reportSample(5_000)))];
    expect(Math.max(...pieces.map(({ length }) => length))).toBeLessThan(500_000);
  });

  test('has every key in its data, and the first fifty for readers without scripts', () => {
    const data = [...page.matchAll(/class="key-data">([^<]*)/g)].flatMap(([, text = '[]']) => JSON.parse(text));
    expect(data).toHaveLength(150);
    const rows = /id="key-rows">([^]*?)<\/tbody>/.exec(page)?.[1] ?? '';
    expect(rows.match(/<tr>/g)).toHaveLength(50);
  });
});

describe('what is missing', () => {
  const bare: ReportInput = {
    ...sample,
    sweep: null,
    keyRows: null,
    actions: null,
    approvals: null,
    waivers: null,
    trend: null,
    previous: null,
    heartbeatGaps: null,
    findings: [],
  };

  test('is said, part by part, and reads as good nowhere', () => {
    const text = textOf(pageOf(bare));
    expect(text).toContain('No sweep ended in this period, so this report cannot say how the keys are.');
    for (const part of [
      'The sweep',
      'The table of keys',
      'What the guard did',
      'Approvals',
      'Waivers',
      'The trend',
      'Heartbeats',
    ])
      expect(text).toContain(`<li>${part}: `);
    expect(text).not.toContain('verdict calm');
    expect(text).not.toMatch(/NaN|undefined|\[object/);
  });

  test('nor does an estate of no keys', () => {
    const text = textOf(
      pageOf({
        ...bare,
        sweep: sample.sweep,
        keyRows: [],
        actions: [],
        approvals: [],
        waivers: [],
        heartbeatGaps: [],
      }),
    );
    expect(text).toContain('No customer managed key was found.');
    expect(text).not.toMatch(/NaN|undefined|\[object/);
  });
});

describe('rules that found nothing', () => {
  const said = (more: Partial<ReportInput>): readonly string[] => {
    const text = textOf(pageOf({ ...sample, findings: [], ...more }));
    return [...text.matchAll(/<h3>(\d+ rules? (?:found|not|switched)[^<]*)<\/h3>/g)].map(([, heading = '']) => heading);
  };
  const calls = sample.rules.filter(({ enabled, sweep }) => enabled && !sweep).length;
  const looks = sample.rules.filter(({ enabled, sweep }) => enabled && sweep).length;
  const off = `${sample.rules.length - calls - looks} rules switched off, or without anything to ask for`;

  test('were run, or it is said why not', () => {
    expect(said({})).toEqual([`${calls + looks} rules found nothing in what could be read`, off]);
    expect(said({ actions: null })).toEqual([
      `${looks} rules found nothing in what could be read`,
      `${calls} rules not assessed: they judge calls, and the record of calls was not read`,
      off,
    ]);
    expect(said({ sweep: null, actions: null })).toEqual([
      `${looks} rules not assessed: no sweep ended in this period`,
      `${calls} rules not assessed: they judge calls, and the record of calls was not read`,
      off,
    ]);
  });
});

test.each([
  ['Undone', ['done']],
  ['Undone in part', ['done', 'failed']],
  ['Not undone', ['refused']],
  ['Was right already', ['already-so']],
] as const)('what was done is called %s where the remedies were %j', (text, done) => {
  const [action] = sample.actions ?? [];
  if (action === undefined) throw new Error('the sample has no action');
  const outcomes = done.map((outcome) => ({ remedy: 'cancelKeyDeletion', outcome, detail: '' }) as const);
  const told = pageOf({ ...sample, actions: [{ ...action, outcomes }] });
  expect(/<p class="what"><span class="mark [a-z]+">([^<]*)/.exec(told)?.[1]).toBe(text);
});

describe('what a key costs', () => {
  const costs = (more: object): string => {
    const keyRows = (sample.keyRows ?? []).slice(0, 1).map((row) => ({ ...row, ...more }));
    return /id="key-rows">[^]*?<td class="number">([^<]*)/.exec(pageOf({ ...sample, keyRows }))?.[1] ?? '';
  };

  test.each([
    ['$1', { monthlyCostInUsd: 1 }],
    ['$1 to $3', { monthlyCostInUsd: null, state: 'Enabled' }],
    ['$0', { monthlyCostInUsd: 0, state: 'PendingDeletion' }],
    ['not known', { monthlyCostInUsd: null, state: null }],
  ])('%s: %j', (text, more) => {
    expect(costs(more)).toBe(text);
  });
});

test.each([
  ['off', { rotation: null, state: 'PendingDeletion' }],
  ['not read', { rotation: null, state: 'Enabled' }],
  ['not read', { rotation: null, state: null }],
] as const)('the rotation of a key is %s: %j', (text, more) => {
  const keyRows = (sample.keyRows ?? []).slice(0, 1).map((row) => ({ ...row, ...more }));
  const written = pageOf({ ...sample, keyRows });
  expect(/id="key-rows">[^]*?<\/tbody>/.exec(written)?.[0]).toContain(`<td class="where">${text}</td>`);
  const [wire] = JSON.parse(/class="key-data">([^<]*)/.exec(written)?.[1] ?? '[]');
  const texts = JSON.parse(/id="key-texts">([^<]*)/.exec(written)?.[1] ?? '[]');
  expect(texts[wire[13]] ?? 'not read').toBe(text);
});

describe('hostile texts', () => {
  const plain = skeleton(pageOf(hostileReport('harmless')));

  test('the skeleton sees a tag that is added', () => {
    expect(skeleton(pageOf(hostileReport('harmless')).replace('harmless', '<b>'))).not.toBe(plain);
  });

  test.each(hostileTexts.filter((text) => text.length < 100).map((text) => [text]))('%j adds no tag', (text) => {
    expect(skeleton(pageOf(hostileReport(text)))).toBe(plain);
  });

  test('no short text adds a tag', () => {
    const short = fc.string({ unit: 'binary', minLength: 1, maxLength: 30 });
    fc.assert(
      fc.property(short, (text) => {
        expect(skeleton(pageOf(hostileReport(text, 12)))).toBe(skeleton(pageOf(hostileReport('harmless', 12))));
      }),
      { numRuns: 40 },
    );
  });

  test('a text of 256 KB makes the page no larger than a bound', () => {
    const text = pageOf(hostileReport('x'.repeat(256_000)));
    expect(text.length).toBeLessThan(3_000_000);
  });
});
