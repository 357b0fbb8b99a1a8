/**
 * Condition keys by name. Sources: IAM User Guide "AWS global condition context keys", AWS KMS Developer Guide
 * "AWS KMS condition keys", Service Authorization Reference for AWS KMS (as of 2026-09).
 */

const GLOBAL = `aws:AssumedRoot aws:CalledVia aws:CalledViaFirst aws:CalledViaLast aws:ChatbotSourceArn aws:CurrentTime
aws:Ec2InstanceSourcePrivateIPv4 aws:Ec2InstanceSourceVpc aws:EpochTime aws:FederatedProvider aws:MultiFactorAuthAge
aws:MultiFactorAuthPresent aws:PrincipalAccount aws:PrincipalArn aws:PrincipalIsAWSService aws:PrincipalOrgID
aws:PrincipalOrgPaths aws:PrincipalServiceName aws:PrincipalServiceNamesList aws:PrincipalType aws:referer
aws:RequestedRegion aws:ResourceAccount aws:ResourceOrgID aws:ResourceOrgPaths aws:SecureTransport aws:SourceAccount
aws:SourceArn aws:SourceIdentity aws:SourceIp aws:SourceOrgID aws:SourceOrgPaths aws:SourceOwner aws:SourceVpc
aws:SourceVpcArn aws:SourceVpce aws:TagKeys aws:TokenIssueTime aws:UserAgent aws:userid aws:username aws:ViaAWSService
aws:VpceAccount aws:VpceOrgID aws:VpceOrgPaths aws:VpcSourceIp ec2:RoleDelivery ec2:SourceInstanceArn
glue:CredentialIssuingService glue:RoleAssumedBy identitystore:UserId lambda:SourceFunctionArn ssm:SourceInstanceArn`;

const KMS = `BypassPolicyLockoutSafetyCheck CallerAccount CustomerMasterKeySpec CustomerMasterKeyUsage DataKeyPairSpec
EncryptionAlgorithm EncryptionContextKeys ExpirationModel GrantConstraintSourceArn GrantConstraintType GrantIsForAWSResource
GrantOperations GranteePrincipal GranteeServicePrincipal KeyAgreementAlgorithm KeyOrigin KeySpec KeyUsage MacAlgorithm
MessageType MultiRegion MultiRegionKeyType PrimaryRegion ReEncryptOnSameKey ReplicaRegion RequestAlias ResourceAliases
RetiringPrincipal RetiringServicePrincipal RotationPeriodInDays ScheduleKeyDeletionPendingWindowInDays SigningAlgorithm
TrailingDaysWithoutKeyUsage ValidTo ViaService WrappingAlgorithm WrappingKeySpec`;

const NAMES: ReadonlyMap<string, string> = new Map(
  [...GLOBAL.split(/\s+/), ...KMS.split(/\s+/).map((name) => `kms:${name}`)].map((name) => [name.toLowerCase(), name]),
);

const PREFIXES = [
  'aws:PrincipalTag/',
  'aws:ResourceTag/',
  'aws:RequestTag/',
  'kms:EncryptionContext:',
  'kms:RecipientAttestation:',
];

const LISTS: ReadonlySet<string> = new Set(
  [
    'aws:calledvia aws:principalorgpaths aws:principalservicenameslist aws:resourceorgpaths aws:sourceorgpaths',
    'aws:tagkeys aws:vpceorgpaths kms:encryptioncontextkeys kms:grantoperations kms:resourcealiases',
  ]
    .join(' ')
    .split(' '),
);

/** Several values may stand under this key in one request. `key` in lower case, as everywhere below. */
export const isListKey = (key: string): boolean => LISTS.has(key);

export const isKnownKey = (key: string): boolean => NAMES.has(key) || prefixOf(key) !== undefined;

const LOWER_PREFIXES = PREFIXES.map((prefix) => prefix.toLowerCase());

/** The prefix as AWS spells it. */
const prefixOf = (key: string): string | undefined =>
  PREFIXES[LOWER_PREFIXES.findIndex((prefix) => key.startsWith(prefix))];

/** AWS's own spelling of a key, for witnesses and messages. */
export const spelling = (key: string): string => {
  const name = NAMES.get(key);
  if (name !== undefined) return name;
  const prefix = prefixOf(key);
  return prefix === undefined ? key : prefix + key.slice(prefix.length);
};

/** Read by a statement, these tell a role, a user, the root user and a federated user apart. */
export const tellsKindsApart = (key: string): boolean => KIND_KEYS.has(key);

const KIND_KEYS: ReadonlySet<string> = new Set(
  'aws:principalarn aws:principaltype aws:userid aws:username aws:multifactorauthpresent aws:multifactorauthage aws:tokenissuetime aws:assumedroot'.split(
    ' ',
  ),
);

const NETWORK_KEYS: ReadonlySet<string> = new Set(
  'aws:sourceip aws:vpcsourceip aws:sourcevpc aws:sourcevpce aws:sourcevpcarn aws:vpceaccount aws:vpceorgid aws:vpceorgpaths'.split(
    ' ',
  ),
);

const VIA_KEYS: ReadonlySet<string> = new Set(
  'kms:viaservice aws:viaawsservice aws:calledvia aws:calledviafirst aws:calledvialast kms:grantisforawsresource'.split(
    ' ',
  ),
);

const SOURCE_KEYS: ReadonlySet<string> = new Set(
  'aws:sourcearn aws:sourceaccount aws:sourceowner aws:sourceorgid aws:sourceorgpaths'.split(' '),
);

/** Where the call came from. */
export const isNetworkKey = (key: string): boolean => NETWORK_KEYS.has(key);

/** Whether a service made the call for the principal. */
export const isViaKey = (key: string): boolean => VIA_KEYS.has(key);

/** Which AWS service calls. */
export const isServiceNameKey = (key: string): boolean => key.startsWith('aws:principalservicename');

/** The resource for which an AWS service makes a call of its own. */
export const isSourceKey = (key: string): boolean => SOURCE_KEYS.has(key) || isServiceSetContext(key);

/** Encryption context that the service itself fills in from the resource, such as `aws:cloudtrail:arn`. */
export const isServiceSetContext = (key: string): boolean => /^kms:encryptioncontext:aws:.*arn$/.test(key);
