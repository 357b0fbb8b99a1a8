import type { ReportApproval } from '../report-input.ts';
import type { Report } from '../report.ts';
import { dayOf, timeOf } from '../words.ts';
import { html, type Markup, told, toldInFull } from './markup.ts';
import { aliasesByArn, empty, left, mark, shownKey, table } from './parts.ts';

const most = 300;
const absent = 'Not in this report: the ledger was not read.';

/** What people permitted: waivers and approvals, each with who answers for it and how long it holds. */
export const exceptions = (
  report: Report,
): Markup => html`<section id="exceptions" aria-labelledby="exceptions-h"><h2 id="exceptions-h">Waivers and approvals</h2>
<p class="lead">What people permitted, who answers for it, and how long it holds.</p>
${waivers(report)}${approvals(report)}</section>
`;

const waivers = ({ waivers: all, generatedAt }: Report): Markup => {
  if (all === null) return empty('Waivers are not in this report: no configuration was given.');
  if (all.length === 0) return empty('No rule is waived for any key.');
  const rows = all
    .slice(0, most)
    .map(({ rule, keys, owner, reason, expires, approvedBy }) => [
      html`<code>${told(rule, 80)}</code>`,
      toldInFull(keys.join(', '), 120),
      told(owner, 120),
      toldInFull(reason),
      approvedBy === null ? 'the configuration' : told(approvedBy, 120),
      expires < generatedAt.slice(0, 10) ? mark('bad', `expired ${dayOf(expires)}`) : dayOf(expires),
    ]);
  const head = ['Rule', 'Keys', 'Owner', 'Reason', 'Signed by', 'Until'];
  return html`${table({ caption: 'Waivers: exemptions from one rule', head, rows })}${left(most, all.length, 'waivers')}`;
};

const states: Readonly<Record<ReportApproval['state'], Markup>> = {
  requested: mark('warn', 'waits'),
  approved: mark('good', 'approved'),
  denied: mark('bad', 'denied'),
  revoked: mark('bad', 'revoked'),
  expired: mark('plain', 'expired'),
  used: mark('good', 'used'),
};

/** An approval in the ledger was asked for and given in one: only for others the time of asking is known. */
const isWaiting = ({ state }: ReportApproval): boolean => state === 'requested' || state === 'denied';

const approvals = (report: Report): Markup => {
  const { approvals: all } = report;
  const names = aliasesByArn(report);
  if (all === null) return html`${empty(`Approvals: ${absent}`)}`;
  if (all.length === 0) return html`${empty('Nobody asked for an approval in this period.')}`;
  const rows = all
    .slice(0, most)
    .map((approval) => [
      shownKey(approval.keyArn, names.get(approval.keyArn) ?? null),
      states[approval.state],
      html`${told(approval.requestedBy, 120)}${isWaiting(approval) ? html`<br><span class="soft">asked ${timeOf(approval.requestedAt)}</span>` : null}`,
      approval.decidedBy === null
        ? 'nobody yet'
        : html`${told(approval.decidedBy, 120)}<br><span class="soft">${approval.decidedAt === null ? '' : timeOf(approval.decidedAt)}</span>`,
      toldInFull(approval.reason),
      dayOf(approval.expiresAt),
    ]);
  const head = ['Key', 'State', 'Who may delete', 'Decided by', 'Reason', 'Until'];
  return html`${table({ caption: 'Approvals of planned deletions, by a second person', head, rows })}${left(most, all.length, 'approvals')}`;
};
