import { hash } from 'node:crypto';
import * as z from 'zod/mini';
import type { ReportAlert } from '../../alerts/report-alert.ts';
import { reportKinds } from '../../config/report-config.ts';
import { plain } from '../../rules/explain.ts';
import { aggregate } from '../aggregate.ts';
import { bundleFiles } from '../evidence/bundle.ts';
import {
  type EvidenceFile,
  manifestName,
  manifestText,
  publicKeyName,
  signatureName,
  signatureText,
} from '../evidence/manifest.ts';
import type { Report } from '../report.ts';
import { summarize, type Tone } from '../summary.ts';
import { gatherInput, type ReportSettings, type ReportTask } from './gather-input.ts';
import { type Imported, importFindings } from './import-findings.ts';
import { savePoint } from './points.ts';
import type { EvidenceStore, ManifestSigner, ReportPorts } from './ports.ts';

/** What the schedule asks for. Without a time it is made for now. */
export const reportTaskSchema = z.object({
  kind: z.enum(reportKinds),
  at: z.optional(z.string().check(z.refine((text) => !Number.isNaN(Date.parse(text)), 'must be a time'))),
});

export type MadeReport = {
  readonly prefix: string;
  readonly files: readonly EvidenceFile[];
  readonly sweep: 'complete' | 'partial' | 'missing';
  readonly imported: Imported | null;
};

/**
 * Makes the report of a period, keeps its evidence, imports its findings and tells people. Made again for the same time it
 * replaces nothing but itself. @throws RetryableFault
 */
export const makeReport = async (input: unknown, settings: ReportSettings, ports: ReportPorts): Promise<MadeReport> => {
  const { kind, at } = reportTaskSchema.parse(input);
  const task = { kind, at: new Date(at ?? ports.clock.now()).toISOString() };
  const report = aggregate(await gatherInput(task, settings, ports));
  const prefix = `reports/${task.at.slice(0, 10)}/${kind}/`;
  const files = await putEvidence(report, prefix, ports);
  await savePoint(kind, report, ports);
  const imported = ports.securityHub === null ? null : await importFindings(report, ports.securityHub);
  const seconds = settings.config.reports.linkHours * 3_600;
  const link = await ports.evidence.link(`${prefix}report.html`, seconds);
  const linkUntil = new Date(ports.clock.now() + seconds * 1_000).toISOString();
  await ports.alerter.send(alertOf(report, { task, prefix, link, linkUntil, imported }));
  return { prefix, files, sweep: report.point.sweep, imported };
};

const putEvidence = async (
  report: Report,
  prefix: string,
  { evidence, signer }: Pick<ReportPorts, 'evidence' | 'signer'>,
): Promise<readonly EvidenceFile[]> => {
  const files: EvidenceFile[] = [];
  for (const { name, mediaType, texts } of bundleFiles(report)) {
    files.push({ name, mediaType, ...(await evidence.put({ key: `${prefix}${name}`, mediaType }, texts())) });
  }
  const text = manifestText({ ...report, files });
  if (signer !== null) await sign(text, { prefix, evidence, signer });
  // Last: where there is a manifest, everything that it names is there.
  await evidence.put({ key: `${prefix}${manifestName}`, mediaType: 'application/json' }, [text]);
  return files;
};

type Signing = { readonly prefix: string; readonly evidence: EvidenceStore; readonly signer: ManifestSigner };

const sign = async (text: string, { prefix, evidence, signer }: Signing): Promise<void> => {
  const signature = await signer.sign(hash('sha256', text, 'buffer'));
  const pem = await signer.publicKey();
  await evidence.put({ key: `${prefix}${publicKeyName}`, mediaType: 'application/x-pem-file' }, [pem]);
  await evidence.put({ key: `${prefix}${signatureName}`, mediaType: 'application/json' }, [signatureText(signature)]);
};

type Told = {
  readonly task: ReportTask;
  readonly prefix: string;
  readonly link: string;
  readonly linkUntil: string;
  readonly imported: Imported | null;
};

const severityOf: Readonly<Record<Tone, ReportAlert['severity']>> = {
  calm: 'info',
  attention: 'low',
  blind: 'medium',
  urgent: 'high',
};
const mostTroubles = 10;

const alertOf = (report: Report, { task, prefix, link, linkUntil, imported }: Told): ReportAlert => {
  const { tone, sentence, more } = summarize(report);
  const troubles = imported?.troubles ?? [];
  const rest = troubles.length - mostTroubles;
  return {
    kind: 'report',
    guard: 'report',
    reportId: `${task.kind} ${task.at}`,
    reportKind: task.kind,
    severity: severityOf[tone],
    at: task.at,
    title: plain(report.title, 100),
    sentence,
    more,
    link,
    linkUntil,
    prefix,
    troubles: [
      ...troubles.slice(0, mostTroubles).map((text) => plain(`Security Hub did not take all: ${text}`, 300)),
      ...(rest > 0 ? [`and ${rest} more`] : []),
    ],
  };
};
