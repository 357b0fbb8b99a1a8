import type { SlackBlock, SlackButton, SlackText } from './block-schema.ts';
import { withEmoji } from './emoji-html.ts';
import { type Html, html, nothing } from './html.ts';

const decoded: Readonly<Record<string, string>> = { '&amp;': '&', '&lt;': '<', '&gt;': '>' };

/** As Slack shows it: only these three are entities. */
const shown = (text: string): string => text.replaceAll(/&(?:amp|lt|gt);/g, (entity) => decoded[entity] ?? entity);

/** Code, links and mentions, and bold, in the order in which they win. */
const markup = /(`[^`\n]+`|<[^<>\n]+>|\*[^*\n]+\*)/;

/** Slack's mrkdwn, as far as the guard writes it. */
export const mrkdwnHtml = (text: string): Html => html`${text.split(markup).map(piece)}`;

const piece = (text: string): Html => {
  if (/^`[^`]+`$/.test(text)) return html`<code>${shown(text.slice(1, -1))}</code>`;
  if (/^\*[^*]+\*$/.test(text)) return html`<strong>${mrkdwnHtml(text.slice(1, -1))}</strong>`;
  if (/^<[^<>]+>$/.test(text)) return special(text.slice(1, -1));
  return withEmoji(shown(text));
};

const special = (inner: string): Html => {
  const [target = '', label = target] = inner.split('|');
  if (/^https?:\/\//.test(target))
    return html`<a href="${shown(target)}" rel="noreferrer" target="_blank">${shown(label)}</a>`;
  return html`<span class="mention">${shown(target.replace(/^[!@#]/, '@'))}</span>`;
};

const textHtml = ({ type, text }: SlackText): Html => (type === 'mrkdwn' ? mrkdwnHtml(text) : withEmoji(shown(text)));

const confirmHtml = ({ confirm }: SlackButton): Html =>
  confirm === undefined
    ? nothing
    : html`<dialog>
        <h4>${shown(confirm.title.text)}</h4>
        <p>${textHtml(confirm.text)}</p>
        <form method="dialog">
          <button value="deny">${shown(confirm.deny.text)}</button>
          <button value="confirm" class="danger">${shown(confirm.confirm.text)}</button>
        </form>
      </dialog>`;

const buttonHtml = (button: SlackButton): Html =>
  html`<button class="action ${button.style ?? 'default'}" data-action="${button.action_id ?? ''}">${shown(
    button.text.text,
  )}</button>${confirmHtml(button)}`;

/** One block of a message. */
export const blockHtml = (block: SlackBlock): Html => {
  switch (block.type) {
    case 'header':
      return html`<h3>${withEmoji(shown(block.text.text))}</h3>`;
    case 'divider':
      return html`<hr>`;
    case 'context':
      return html`<div class="context">${block.elements.map((text) => html`<span>${textHtml(text)}</span>`)}</div>`;
    case 'actions':
      return html`<div class="actions">${block.elements.map(buttonHtml)}</div>`;
    case 'section':
      return html`<div class="section">${block.text === undefined ? nothing : html`<p>${textHtml(block.text)}</p>`}${
        block.fields === undefined
          ? nothing
          : html`<div class="fields">${block.fields.map((field) => html`<p>${textHtml(field)}</p>`)}</div>`
      }</div>`;
  }
};
