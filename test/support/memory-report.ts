import { createHash, generateKeyPairSync, privateEncrypt } from 'node:crypto';
import type { Alert } from '../../shared/alerts/alert.ts';
import type { LedgerEntry } from '../../shared/ledger/entries.ts';
import type { AsffFinding } from '../../shared/reports/asff-finding.ts';
import type { EvidenceStore, FindingImporter, ImportResult, ManifestSigner } from '../../shared/reports/make/ports.ts';

/** A bucket of reports in memory. */
export const memoryEvidence = (): EvidenceStore & {
  readonly objects: Map<string, string>;
  readonly puts: string[];
} => {
  const objects = new Map<string, string>();
  const puts: string[] = [];
  return {
    objects,
    puts,
    put: async ({ key }, texts) => {
      const text = [...texts].join('');
      objects.set(key, text);
      puts.push(key);
      const bytes = Buffer.from(text);
      return { bytes: bytes.length, sha256: createHash('sha256').update(bytes).digest('hex') };
    },
    get: async (key) => objects.get(key) ?? null,
    list: async (prefix) => [...objects.keys()].filter((key) => key.startsWith(prefix)).sort(),
    link: async (key, seconds) => `https://reports.example/${key}?X-Amz-Expires=${seconds}`,
  };
};

/** The beginning of what RSA PKCS #1 v1.5 pads and signs for SHA-256, RFC 8017 9.2. */
const digestInfo = Buffer.from('3031300d060960864801650304020105000420', 'hex');

/** KMS with one RSA key, which signs a digest as KMS does: it never sees the text. */
export const memorySigner = (keyArn: string): { readonly signer: ManifestSigner; readonly signed: Buffer[] } => {
  const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  const signed: Buffer[] = [];
  return {
    signed,
    signer: async (sha256) => {
      signed.push(Buffer.from(sha256));
      const signature = privateEncrypt(privateKey, Buffer.concat([digestInfo, sha256]));
      return {
        kind: 'signed',
        keyArn,
        algorithm: 'RSASSA_PKCS1_V1_5_SHA_256',
        signature: signature.toString('base64'),
        publicKey: publicKey.export({ type: 'spki', format: 'pem' }).toString(),
      };
    },
  };
};

type Imports = {
  readonly importer: FindingImporter;
  readonly taken: Map<string, AsffFinding>;
  readonly batches: number[];
};

/** Security Hub as it takes findings: of its own account alone, and an update only where it is strictly later. */
export const memorySecurityHub = (off: readonly string[] = []): Imports => {
  const taken = new Map<string, AsffFinding>();
  const batches: number[] = [];
  const importer: FindingImporter =
    ({ account, region }) =>
    async (findings): Promise<ImportResult> => {
      batches.push(findings.length);
      if (off.includes(account)) return { kind: 'refused', why: 'InvalidAccessException: not subscribed' };
      const failed = findings
        .filter(({ AwsAccountId, ProductArn }) => AwsAccountId !== account || !ProductArn.includes(`:${region}:`))
        .map(({ Id: id }) => ({ id, code: 'InvalidInput', message: 'not of this account' }));
      for (const finding of findings) {
        const before = taken.get(finding.Id);
        if (before === undefined || before.UpdatedAt < finding.UpdatedAt) taken.set(finding.Id, finding);
      }
      return { kind: 'imported', imported: findings.length - failed.length, failed };
    };
  return { importer, taken, batches };
};

export const memoryEntries = (entries: readonly LedgerEntry[]) => ({
  async *between(from: string, to: string) {
    for (const entry of entries) if (entry.at >= from && entry.at <= to) yield entry;
  },
});

export const collectingAlerter = () => {
  const alerts: Alert[] = [];
  return { alerts, send: async (alert: Alert) => void alerts.push(alert) };
};
