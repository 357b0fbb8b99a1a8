import { type AwsSecurityFinding, BatchImportFindingsCommand, SecurityHubClient } from '@aws-sdk/client-securityhub';
import { AssumeRoleCommand, type STSClient } from '@aws-sdk/client-sts';
import { partitionOfRegion } from '../calls/key-arn.ts';
import type { AsffFinding } from '../reports/asff-finding.ts';
import type { FindingImporter } from '../reports/make/ports.ts';
import { guardIdentity, type ResponderSettings } from '../responder.ts';

type Settings = {
  /** The guard's own account: its findings go in with the guard's own role. */
  readonly account: string;
  readonly sts: STSClient;
  /** Null: there are no other accounts. */
  readonly responder: ResponderSettings | null;
};
type Place = { readonly account: string; readonly region: string };

/** AWS allows 10 imports a second; each place is served by itself, one batch after the other. */
const client = { maxAttempts: 6 } as const;

/** Security Hub CSPM of one account and Region. It takes findings only from their own account. */
export const securityHub = ({ account, sts, responder }: Settings): FindingImporter => {
  const sessions = new Map<string, ReturnType<typeof memberCredentials>>();
  return (place) => {
    const { region } = place;
    const isOwn = place.account === account;
    if (!isOwn && responder === null) return async () => ({ kind: 'refused', why: 'no role leads there' });
    const credentials =
      isOwn || responder === null
        ? undefined
        : (sessions.get(place.account) ?? memberCredentials(sts, responder, place));
    if (credentials !== undefined) sessions.set(place.account, credentials);
    const hub = new SecurityHubClient({ ...client, region, ...(credentials === undefined ? {} : { credentials }) });
    return (findings) => importInto(hub, findings);
  };
};

const importInto = async (
  hub: SecurityHubClient,
  findings: readonly AsffFinding[],
): ReturnType<ReturnType<FindingImporter>> => {
  try {
    const { SuccessCount, FailedFindings } = await hub.send(
      new BatchImportFindingsCommand({ Findings: findings.map(asSent) }),
    );
    const failed = (FailedFindings ?? []).map(({ Id, ErrorCode, ErrorMessage }) => ({
      id: Id ?? '',
      code: ErrorCode ?? 'unknown',
      message: ErrorMessage ?? '',
    }));
    return { kind: 'imported', imported: SuccessCount ?? 0, failed };
  } catch (error) {
    // Whatever it is, it concerns this account and Region: the report is not made again for it, and says so.
    const { name, message } = error instanceof Error ? error : new Error(String(error));
    return { kind: 'refused', why: `${name}: ${message}` };
  }
};

/** The SDK's lists may be written to. */
const asSent = (finding: AsffFinding): AwsSecurityFinding => {
  const { RelatedRequirements, ...compliance } = finding.Compliance;
  return {
    ...finding,
    Types: [...finding.Types],
    ProductFields: { ...finding.ProductFields },
    Resources: finding.Resources.map((resource) => ({ ...resource, Partition: partitionOf(resource.Partition) })),
    Compliance: {
      ...compliance,
      ...(RelatedRequirements === undefined ? {} : { RelatedRequirements: [...RelatedRequirements] }),
    },
    FindingProviderFields: { ...finding.FindingProviderFields, Types: [...finding.FindingProviderFields.Types] },
  };
};

const partitionOf = (name: string): 'aws' | 'aws-cn' | 'aws-us-gov' | undefined =>
  name === 'aws' || name === 'aws-cn' || name === 'aws-us-gov' ? name : undefined;

/** The member's responder role, cut by a session policy to importing findings. */
const memberCredentials =
  (sts: STSClient, { roleName, externalId, sessionName }: ResponderSettings, { account, region }: Place) =>
  async () => {
    const partition = partitionOfRegion(region);
    const hub = `arn:${partition}:securityhub:*:${account}:product/${account}/default`;
    const statement = { Sid: 'Import', Effect: 'Allow', Action: 'securityhub:BatchImportFindings', Resource: hub };
    const { Credentials: given } = await sts.send(
      new AssumeRoleCommand({
        RoleArn: `arn:${partition}:iam::${account}:role/${roleName}`,
        RoleSessionName: sessionName,
        ExternalId: externalId,
        SourceIdentity: guardIdentity,
        DurationSeconds: 900,
        Policy: JSON.stringify({ Version: '2012-10-17', Statement: [statement] }),
      }),
    );
    const { AccessKeyId, SecretAccessKey, SessionToken, Expiration } = given ?? {};
    if (AccessKeyId === undefined || SecretAccessKey === undefined || SessionToken === undefined) {
      throw new Error(`AssumeRole of ${roleName} in ${account} gave no credentials`);
    }
    return {
      accessKeyId: AccessKeyId,
      secretAccessKey: SecretAccessKey,
      sessionToken: SessionToken,
      expiration: Expiration ?? new Date(0),
    };
  };
