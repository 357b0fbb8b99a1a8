import { blockHtml, mrkdwnHtml } from './block-html.ts';
import { type Html, html, nothing } from './html.ts';
import type { Person } from './interaction.ts';
import type { MessageStore, StoredMessage } from './message-store.ts';

/** What only the person who clicked sees. */
export type PrivateNote = { readonly ts: string; readonly person: string; readonly text: string };

const clock = (ts: string): string => new Date(Number(ts) * 1_000).toISOString().slice(11, 16);

const bodyHtml = ({ blocks, text }: StoredMessage): Html =>
  blocks.length > 0 ? html`${blocks.map(blockHtml)}` : html`<div class="section"><p>${mrkdwnHtml(text)}</p></div>`;

const messageHtml = (message: StoredMessage, notes: readonly PrivateNote[]): Html => {
  const { ts, edits, botId } = message;
  const own = notes.filter((note) => note.ts === ts);
  return html`<article class="message" data-ts="${ts}">
    <div class="avatar" aria-hidden="true">kg</div>
    <div class="body">
      <p class="by"><b>kms-guard</b> <span class="app">${botId === 'webhook' ? 'WEBHOOK' : 'APP'}</span>
        <time>${clock(ts)} UTC</time>${edits > 0 ? html` <span class="edited">(edited)</span>` : nothing}</p>
      ${bodyHtml(message)}
      ${own.map(
        ({ person, text }) =>
          html`<p class="private"><span>Only visible to ${person}</span><br>${mrkdwnHtml(text)}</p>`,
      )}
    </div>
  </article>`;
};

const threadHtml = (replies: readonly StoredMessage[], notes: readonly PrivateNote[]): Html =>
  replies.length === 0
    ? nothing
    : html`<details class="thread" open><summary>${replies.length} ${replies.length === 1 ? 'reply' : 'replies'}</summary>${replies.map(
        (reply) => messageHtml(reply, notes),
      )}</details>`;

/** The messages of a channel, each root with its thread below it. */
export const messagesHtml = (messages: readonly StoredMessage[], notes: readonly PrivateNote[]): Html => {
  const roots = messages.filter(({ ts, thread_ts }) => thread_ts === undefined || thread_ts === ts);
  if (roots.length === 0) return html`<p class="empty">No message yet. Schedule a key deletion, and one comes.</p>`;
  return html`${roots.map((root) => {
    const replies = messages.filter(({ ts, thread_ts }) => thread_ts === root.ts && ts !== root.ts);
    return html`<section class="root">${messageHtml(root, notes)}${threadHtml(replies, notes)}</section>`;
  })}`;
};

type Page = {
  readonly store: MessageStore;
  readonly channel: string;
  readonly people: readonly Person[];
  /** Names by channel id; the id where there is none. */
  readonly channelNames?: Readonly<Record<string, string>>;
};

/** The whole page; its messages come from `/messages`. */
export const pageHtml = ({ store, channel, people, channelNames = {} }: Page): Html => {
  const nameOf = (id: string): string => channelNames[id] ?? id;
  return html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>#${nameOf(channel)} · kms-guard's local Slack</title>
<link rel="stylesheet" href="/page.css">
<script type="module" src="/page.js"></script>
</head>
<body>
<nav aria-label="Channels">
  <h1>Local Slack</h1>
  <p>A stand-in on this machine. Nothing leaves it.</p>
  <ul>${store.channels.map(
    (each) =>
      html`<li><a href="/?channel=${encodeURIComponent(each)}" ${each === channel ? html`aria-current="page"` : nothing}># ${nameOf(each)}</a></li>`,
  )}</ul>
  <label for="person">You are</label>
  <select id="person">${people.map(({ id, name }) => html`<option value="${id}">${name}</option>`)}</select>
</nav>
<main>
  <header><h2># ${nameOf(channel)}</h2></header>
  <div id="messages" data-channel="${channel}" aria-live="polite"></div>
  <p id="status" role="status"></p>
</main>
</body>
</html>`;
};
