import { createHash } from 'node:crypto';
import type { Report } from '../report.ts';
import { clientScript } from './client-script.ts';
import { controlsSection } from './controls-section.ts';
import { coverageSection } from './coverage-section.ts';
import { deeds } from './deeds.ts';
import { exceptions } from './exceptions.ts';
import { findings } from './findings.ts';
import { keys } from './keys.ts';
import { html, type Markup, trusted, visible } from './markup.ts';
import { pictures } from './pictures.ts';
import { reading } from './reading.ts';
import { style } from './styles/style.ts';
import { attention, cards, head } from './top.ts';

/**
 * One page that needs nothing from anywhere: style, script, pictures and data are inside, and its policy forbids every request.
 * As a stream of texts, for a page about 100,000 keys is tens of megabytes long.
 */
export function* renderHtml(report: Report): Generator<string> {
  yield opening(report).markup;
  yield head(report).markup;
  yield cards(report).markup;
  yield attention(report).markup;
  yield pictures(report).markup;
  yield deeds(report).markup;
  yield* findings(report);
  yield* keys(report);
  yield controlsSection(report).markup;
  yield exceptions(report).markup;
  yield coverageSection(report).markup;
  yield reading(report).markup;
  yield closing.markup;
}

const hashOf = (text: string): string => `'sha256-${createHash('sha256').update(text).digest('base64')}'`;

/** Hashes instead of `unsafe-inline`: were any text ever to leave its cell, the browser would not run it. */
const policy = [
  `default-src 'none'`,
  `script-src ${hashOf(clientScript)}`,
  `style-src ${hashOf(style)}`,
  'img-src data:',
  `base-uri 'none'`,
  `form-action 'none'`,
].join('; ');

const opening = ({ title, period }: Report): Markup => html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${trusted(policy)}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="referrer" content="no-referrer">
<meta name="color-scheme" content="light dark">
<link rel="icon" href="data:,">
<title>${visible(title, 120)}: KMS keys, ${period.to.slice(0, 10)}</title>
<style>${trusted(style)}</style>
</head>
<body>
<a class="skip" href="#main">Skip to the report</a>
`;

const closing = html`</main>
<footer class="foot">Made by kms-guard. This file is complete: it asks for nothing from the network.</footer>
<script>${trusted(clientScript)}</script>
</body>
</html>
`;
