import { describe, expect, test } from 'vitest';
import { checkMessage } from '../../../local/slack/check-message.ts';

const plain = (text: string) => ({ type: 'plain_text', text });
const section = (text: unknown = plain('x')) => ({ type: 'section', text });
const button = (some: object = {}) => ({ type: 'button', action_id: 'a', text: plain('Go'), ...some });
const actions = (...elements: unknown[]) => ({ type: 'actions', elements });
const confirm = (some: object = {}) => ({
  title: plain('Sure?'),
  text: plain('Really?'),
  confirm: plain('Yes'),
  deny: plain('No'),
  ...some,
});
const long = (length: number) => 'x'.repeat(length);
const errorOf = (blocks: unknown, text: unknown = 'x'): string => {
  const checked = checkMessage({ text, blocks });
  return 'refusal' in checked ? [checked.refusal.error, ...checked.refusal.messages].join(' ') : 'accepted';
};

describe('as Slack, it', () => {
  test.each([
    ['50 blocks', Array.from({ length: 50 }, () => section())],
    ['a text of 3,000', [section(plain(long(3_000)))]],
    ['ten fields of 1,000', [{ type: 'section', fields: Array.from({ length: 10 }, () => plain(long(1_000))) }]],
    ['a field of 2,000', [{ type: 'section', fields: [plain(long(2_000))] }]],
    ['a header of 150', [{ type: 'header', text: plain(long(150)) }]],
    ['a label of 75 and a value of 2,000', [actions(button({ text: plain(long(75)), value: long(2_000) }))]],
    ['25 buttons', [actions(...Array.from({ length: 25 }, (_, index) => button({ action_id: `a${index}` })))]],
    ['a question before', [actions(button({ confirm: confirm() }))]],
    ['no blocks', []],
    ['a JSON text', JSON.stringify([section()])],
  ])('takes %s', (_, blocks) => {
    expect(errorOf(blocks)).toBe('accepted');
  });

  test.each([
    ['51 blocks', Array.from({ length: 51 }, () => section()), 'no more than 50 items allowed [json-pointer:/blocks]'],
    [
      'a text of 3,001',
      [section(plain(long(3_001)))],
      'must be less than 3001 characters [json-pointer:/blocks/0/text/text]',
    ],
    ['an empty text', [section(plain(''))], 'must be more than 0 characters [json-pointer:/blocks/0/text/text]'],
    ['11 fields', [{ type: 'section', fields: Array.from({ length: 11 }, () => plain('x')) }], 'no more than 10 items'],
    ['a field of 2,001', [{ type: 'section', fields: [plain(long(2_001))] }], 'less than 2001 characters'],
    ['a section of nothing', [{ type: 'section' }], 'missing required field: text'],
    ['a header of 151', [{ type: 'header', text: plain(long(151)) }], 'less than 151 characters'],
    ['a header of mrkdwn', [{ type: 'header', text: { type: 'mrkdwn', text: 'x' } }], 'invalid_blocks'],
    ['a label of 76', [actions(button({ text: plain(long(76)) }))], 'less than 76 characters'],
    ['a label of mrkdwn', [actions(button({ text: { type: 'mrkdwn', text: 'x' } }))], 'invalid_blocks'],
    ['a value of 2,001', [actions(button({ value: long(2_001) }))], 'less than 2001 characters'],
    ['an action_id of 256', [actions(button({ action_id: long(256) }))], 'less than 256 characters'],
    ['the same action_id twice', [actions(button(), button())], 'action_id must be unique'],
    ['an unknown style', [actions(button({ style: 'loud' }))], 'invalid_blocks'],
    [
      'a long question',
      [actions(button({ confirm: confirm({ title: plain(long(101)) }) }))],
      'less than 101 characters',
    ],
    ['actions of nothing', [actions()], 'no less than 1 items required'],
    ['an unknown block', [{ type: 'poster', text: plain('x') }], 'unsupported type'],
    ['an unknown element', [actions({ type: 'lever' })], 'invalid_blocks'],
    ['an unknown property', [{ ...section(), color: 'red' }], 'invalid additional property: color'],
    ['emoji in mrkdwn', [section({ type: 'mrkdwn', text: 'x', emoji: true })], 'invalid additional property: emoji'],
    [
      'the same block_id twice',
      [
        { ...section(), block_id: 'b' },
        { ...section(), block_id: 'b' },
      ],
      'block_id must be unique',
    ],
    ['too much in all', Array.from({ length: 4 }, () => section(plain(long(3_000)))), 'msg_blocks_too_long'],
    ['no array', { type: 'section' }, 'invalid_blocks_format'],
    ['no JSON', '[{', 'invalid_blocks_format'],
  ])('refuses %s', (_, blocks, error) => {
    expect(errorOf(blocks)).toContain(error);
  });

  test('refuses a message of nothing, and a text that is none', () => {
    expect(errorOf(undefined, '')).toBe('no_text');
    expect(errorOf([], 5)).toBe('invalid_arguments');
  });
});
