import type { Report } from '../report.ts';
import { accountsChart } from './charts/accounts-chart.ts';
import { deletionsChart } from './charts/deletions-chart.ts';
import { findingsChart } from './charts/findings-chart.ts';
import { lastUseChart } from './charts/last-use-chart.ts';
import { rotationChart } from './charts/rotation-chart.ts';
import { unusedChart } from './charts/unused-chart.ts';
import { html, type Markup } from './markup.ts';

/** Six questions of a manager, each answered by one picture. */
export const pictures = (report: Report): Markup => {
  const { figures, trend, sweep, generatedAt, accountNames } = report;
  const now = Date.parse(sweep?.finishedAt ?? generatedAt);
  return html`<section id="pictures" aria-labelledby="pictures-h"><h2 id="pictures-h">In pictures</h2>
<div class="charts">${findingsChart(trend)}${rotationChart(figures?.rotation ?? null, trend)}${accountsChart(report)}${lastUseChart(figures?.lastUse ?? null)}${deletionsChart(figures === null ? null : { pending: figures.pendingDeletions, now, accountNames })}${unusedChart(figures === null ? null : { ...figures, accountNames })}</div>
</section>
`;
};
