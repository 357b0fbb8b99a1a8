import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { blockHtml, mrkdwnHtml } from '../../../local/slack/block-html.ts';
import { checkMessage } from '../../../local/slack/check-message.ts';
import { html } from '../../../local/slack/html.ts';
import { slackMessage } from '../../../shared/alerts/slack/index.ts';
import { ruleById } from '../../../shared/rules/index.ts';
import { hostileAlert, slackInput } from '../../support/alerts.ts';

describe('html', () => {
  test('escapes every value, and what is HTML already stays', () => {
    expect(html`<a title="${`"'<&>`}">${html`<b>${1}</b>`}</a>`.text).toBe(
      '<a title="&quot;&#39;&lt;&amp;&gt;"><b>1</b></a>',
    );
  });
});

describe('mrkdwn', () => {
  test.each([
    ['*Key* `a*b*`', '<strong>Key</strong> <code>a*b*</code>'],
    ['*`key`* 2', '<strong><code>key</code></strong> 2'],
    ['`&lt;!channel&gt;`', '<code>&lt;!channel&gt;</code>'],
    ['&amp;lt;b&gt;', '&amp;lt;b&gt;'],
    ['<!here> now', '<span class="mention">@here</span> now'],
    [
      '<https://example.com/?a=1&amp;b="|Open>',
      '<a href="https://example.com/?a=1&amp;b=&quot;" rel="noreferrer" target="_blank">Open</a>',
    ],
    ['<javascript:alert(1)|Open>', '<span class="mention">javascript:alert(1)</span>'],
  ])('%s', (text, shown) => {
    expect(mrkdwnHtml(text).text).toBe(shown);
  });
});

test('whatever a message holds, the page gets no tag, attribute or script of it', () => {
  const hostile = fc.oneof(
    fc.string({ unit: 'binary', maxLength: 200 }),
    fc.constantFrom(
      '<script>alert(1)</script>',
      '"><img src=x onerror=alert(1)>',
      "' onclick='x",
      '</dialog><form>',
      '&lt;script&gt;',
    ),
  );
  fc.assert(
    fc.property(hostile, (text) => {
      const { blocks } = slackMessage(slackInput({ alert: hostileAlert(text), accountName: text }), ruleById);
      const checked = checkMessage({ text: 'x', blocks });
      const shown =
        'message' in checked ? checked.message.blocks.map((block) => blockHtml(block).text).join('') : '<refused>';
      const tags = shown.match(/<[^>]*>/g) ?? [];
      expect(
        tags.filter(
          (tag) =>
            !/^<\/?(?:h3|h4|p|div|span|code|strong|dialog|form|button|a)(?: (?:class|value|method|data-action|href|rel|target|aria-hidden)="[^"]*")*>$/.test(
              tag,
            ),
        ),
      ).toEqual([]);
      expect(shown.replaceAll(/<[^>]*>/g, '')).not.toMatch(/[<>"']/);
    }),
    { numRuns: 100 },
  );
});
