import { asReported } from '../../shared/reports/from-sweep.ts';
import type { ReportFinding } from '../../shared/reports/report-input.ts';
import { findingId } from '../../shared/ledger/finding-id.ts';
import { explain } from '../../shared/rules/explain.ts';
import { rules } from '../../shared/rules/index.ts';

const account = '111122223333';
const places = [
  { partition: 'aws', region: 'eu-west-1' },
  { partition: 'aws-cn', region: 'cn-north-1' },
  { partition: 'aws-us-gov', region: 'us-gov-west-1' },
] as const;

/** Every message of every rule, as a violation and as undetermined, open, waived and resolved, over partitions. */
export const findingsOfRules = (): readonly ReportFinding[] =>
  rules.flatMap((rule, at) =>
    Object.keys(rule.messages).flatMap((messageId, step) => {
      const { partition, region } = places[(at + step) % places.length] ?? places[0];
      const key = `arn:${partition}:kms:${region}:${account}:key/0000${at}-${step}`;
      const keyArn = rule.about === 'region' ? null : key;
      return (['violation', 'undetermined'] as const).map((verdict, turn) => {
        const data = { fact: 'rotation', reason: 'access-denied', count: step };
        const status = (['open', 'waived', 'resolved'] as const)[(at + step + turn) % 3] ?? 'open';
        const found = asReported({
          id: findingId(`${rule.id} ${messageId} ${verdict}`, { keyArn, account, region, keyId: null }),
          rule: rule.id,
          verdict,
          severity: rule.severity,
          account,
          region,
          keyArn,
          aliases: ['alias/app'],
          message: explain(rule.messages, messageId, data),
          messageId,
          data: turn === 0 ? { count: step } : data,
          controls: rule.controls,
          remediation: rule.remediation,
          firstSeen: '2026-11-01T02:03:04.000Z',
          waivedUntil: status === 'waived' ? '2027-03-31' : null,
        });
        return { ...found, status, resolvedAt: status === 'resolved' ? '2026-11-20T00:00:00.000Z' : null };
      });
    }),
  );
