import type { Report } from '../report.ts';
import { number } from '../words.ts';
import { html, type Markup } from './markup.ts';
import { chip } from './parts.ts';

/** What the words mean, for somebody who reads this once a quarter. */
export const reading = ({
  schema,
  sweep,
}: Report): Markup => html`<section id="reading" aria-labelledby="reading-h"><h2 id="reading-h">How to read this</h2>
<details class="rule" open><summary><span></span><h3>What the words mean</h3><span></span></summary><dl class="about">
<dt>Finding</dt><dd>A rule that a key breaks (a violation), or a rule that could not be decided about it. The same finding has the same id in every report.</dd>
<dt>Severity</dt><dd>${chip('critical')} data may be lost or is open to strangers; ${chip('high')} one step from it; ${chip('medium')} a control is not met; ${chip('low')} and ${chip('info')} housekeeping.</dd>
<dt>Undecided</dt><dd>Something that the rule needs could not be read. It is not counted as a violation, and never as compliant.</dd>
<dt>Waived</dt><dd>Exempt from one rule until a day, by somebody with a name and a reason. It counts as open again after that day.</dd>
<dt>Not on record</dt><dd>AWS records the last use of keys since April 2026. A key that is older and shows no use since may have been used before.</dd>
<dt>New, came back</dt><dd>Against the report before this one: never seen before, or resolved once and open again.</dd>
<dt>Times</dt><dd>All in UTC. Prices are list prices of a key alone, without requests.</dd>
<dt>Source</dt><dd>${sweep === null ? 'The ledger; no sweep ended in this period.' : `A sweep of ${number(sweep.keys)} keys.`} Made by kms-guard, format <code>${schema}</code>.</dd>
</dl></details>
</section>
`;
