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
  readonly signed: boolean;
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
  const { files, troubles } = await putEvidence(report, prefix, ports);
  await savePoint(kind, report, ports);
  const imported = ports.securityHub === null ? null : await importFindings(report, ports.securityHub);
  const seconds = settings.config.reports.linkHours * 3_600;
  const link = await ports.evidence.link(`${prefix}report.html`, seconds);
  const linkUntil = new Date(ports.clock.now() + seconds * 1_000).toISOString();
  await ports.alerter.send(
    alertOf(report, { task, prefix, link, linkUntil, troubles: [...troubles, ...importTroubles(imported)] }),
  );
  return { prefix, files, sweep: report.point.sweep, imported, signed: ports.signer !== null && troubles.length === 0 };
};

type Kept = { readonly files: readonly EvidenceFile[]; readonly troubles: readonly string[] };

const putEvidence = async (
  report: Report,
  prefix: string,
  { evidence, signer }: Pick<ReportPorts, 'evidence' | 'signer'>,
): Promise<Kept> => {
  const files: EvidenceFile[] = [];
  for (const { name, mediaType, texts } of bundleFiles(report)) {
    files.push({ name, mediaType, ...(await evidence.put({ key: `${prefix}${name}`, mediaType }, texts())) });
  }
  const text = manifestText({ ...report, files });
  const troubles = signer === null ? [] : await sign(text, { prefix, evidence, signer });
  // Last: where there is a manifest, everything that it names is there.
  await evidence.put({ key: `${prefix}${manifestName}`, mediaType: 'application/json' }, [text]);
  return { files, troubles };
};

type Signing = { readonly prefix: string; readonly evidence: EvidenceStore; readonly signer: ManifestSigner };

const sign = async (text: string, { prefix, evidence, signer }: Signing): Promise<readonly string[]> => {
  const signed = await signer(hash('sha256', text, 'buffer'));
  if (signed.kind === 'refused') return [`The manifest is not signed: ${signed.why}`];
  const { keyArn, algorithm, signature, publicKey } = signed;
  const texts = signatureText({ keyArn, algorithm, signature });
  await evidence.put({ key: `${prefix}${publicKeyName}`, mediaType: 'application/x-pem-file' }, [publicKey]);
  await evidence.put({ key: `${prefix}${signatureName}`, mediaType: 'application/json' }, [texts]);
  return [];
};

type Told = {
  readonly task: ReportTask;
  readonly prefix: string;
  readonly link: string;
  readonly linkUntil: string;
  readonly troubles: readonly string[];
};

const importTroubles = (imported: Imported | null): readonly string[] =>
  (imported?.troubles ?? []).map((text) => `Security Hub did not take all: ${text}`);

const severityOf: Readonly<Record<Tone, ReportAlert['severity']>> = {
  calm: 'info',
  attention: 'low',
  blind: 'medium',
  urgent: 'high',
};
const mostTroubles = 10;

const alertOf = (report: Report, { task, prefix, link, linkUntil, troubles }: Told): ReportAlert => {
  const { tone, sentence, more } = summarize(report);
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
      ...troubles.slice(0, mostTroubles).map((text) => plain(text, 300)),
      ...(rest > 0 ? [`and ${rest} more`] : []),
    ],
  };
};
