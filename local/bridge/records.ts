import { asRecorded } from './as-recorded.ts';
import { isJsonObject, textOf } from './json-object.ts';
import type { JsonObject } from './json-object.ts';
import type { Delivery, KmsExchange } from './kms-exchange.ts';
import { isUse, writeOperation } from './write-operations.ts';
import type { WriteOperation } from './write-operations.ts';

/** The CloudTrail records that AWS would have written for one KMS call; none for reads and cryptographic calls, see `failedUseRecord`. */
export function recordsOf(exchange: KmsExchange): readonly Delivery[] {
  const operation = writeOperation(exchange.operation);
  if (operation === undefined) return [];
  const subject = { ...exchange, keyArn: exchange.keyArn ?? createdKey(exchange) };
  const own = delivery(subject, subject.region, apiCall(subject, operation));
  return [own, ...echoes(subject)];
}

/**
 * What a use of a key that failed leaves in the event history; EventBridge delivers no calls that are read-only. Those that
 * succeed are left out: they would crowd out the rest. Neither plaintext nor ciphertext is ever recorded.
 */
export function failedUseRecord(exchange: KmsExchange): Delivery | null {
  if (!isUse(exchange.operation) || exchange.outcome.ok) return null;
  const told = ['KeyId', 'EncryptionContext', 'EncryptionAlgorithm', 'KeySpec', 'SigningAlgorithm', 'MacAlgorithm'];
  const request = Object.fromEntries(Object.entries(exchange.request).filter(([name]) => told.includes(name)));
  const record = apiCall({ ...exchange, request }, { answer: () => null });
  return delivery(exchange, exchange.region, { ...record, readOnly: true });
}

function delivery(exchange: KmsExchange, region: string, record: JsonObject): Delivery {
  return { account: exchange.account, region, detailType: 'AWS API Call via CloudTrail', record };
}

function apiCall(exchange: KmsExchange, operation: WriteOperation): JsonObject {
  return {
    eventVersion: '1.11',
    userIdentity: exchange.userIdentity,
    eventTime: exchange.eventTime,
    eventSource: 'kms.amazonaws.com',
    eventName: exchange.operation,
    awsRegion: exchange.region,
    sourceIPAddress: exchange.sourceIPAddress,
    userAgent: exchange.userAgent,
    ...failure(exchange),
    requestParameters: requestParameters(exchange, operation),
    responseElements: exchange.outcome.ok ? operation.answer(exchange, exchange.outcome.response) : null,
    ...(exchange.grantId === null ? {} : { additionalEventData: { grantId: exchange.grantId } }),
    requestID: exchange.requestID,
    eventID: exchange.newId(),
    readOnly: false,
    ...resources(exchange, operation),
    eventType: 'AwsApiCall',
    managementEvent: true,
    recipientAccountId: exchange.account,
    eventCategory: 'Management',
    tlsDetails: {
      tlsVersion: 'TLSv1.3',
      cipherSuite: 'TLS_AES_128_GCM_SHA256',
      clientProvidedHostHeader: `kms.${exchange.region}.amazonaws.com`,
    },
  };
}

/** CloudTrail cuts both at 1 KB. */
function failure({ outcome }: KmsExchange): JsonObject {
  if (outcome.ok) return {};
  const errorCode = outcome.code === 'AccessDeniedException' ? 'AccessDenied' : outcome.code;
  return { errorCode: errorCode.slice(0, 1024), errorMessage: outcome.message.slice(0, 1024) };
}

function requestParameters(exchange: KmsExchange, operation: WriteOperation): JsonObject | null {
  const given = asRecorded(exchange.request);
  if (exchange.operation === 'RetireGrant' && Object.keys(given).length === 0) return null;
  return { ...operation.defaults, ...given };
}

function resources(exchange: KmsExchange, operation: WriteOperation): JsonObject {
  const alias = textOf(exchange.request, 'AliasName');
  const prefix = exchange.keyArn?.split(':key/')[0] ?? `arn:aws:kms:${exchange.region}:${exchange.account}`;
  const arns = { key: exchange.keyArn, alias: alias === undefined ? null : `${prefix}:${alias}` };
  const listed = (operation.resources ?? ['key']).map((what) => arns[what]).filter((arn) => arn !== null);
  if (exchange.keyArn === null || listed.length === 0) return {};
  return { resources: listed.map((ARN) => ({ accountId: exchange.account, type: 'AWS::KMS::Key', ARN })) };
}

/** The key that a successful CreateKey or CreateGrant answer names. */
function createdKey({ outcome }: KmsExchange): string | null {
  const metadata = outcome.ok ? outcome.response['KeyMetadata'] : undefined;
  return isJsonObject(metadata) ? (textOf(metadata, 'Arn') ?? null) : null;
}

/** Further records of the same call: some calls are logged in two Regions, some are followed by a service event. */
function echoes(exchange: KmsExchange): readonly Delivery[] {
  if (!exchange.outcome.ok) return [];
  if (exchange.operation === 'ReplicateKey') return replicaCreated(exchange, exchange.outcome.response);
  if (exchange.operation === 'UpdatePrimaryRegion') return primaryTaken(exchange);
  if (exchange.operation === 'RotateKeyOnDemand') return [rotated(exchange)];
  return [];
}

function replicaCreated(exchange: KmsExchange, response: JsonObject): readonly Delivery[] {
  const region = textOf(exchange.request, 'ReplicaRegion');
  const metadata = response['ReplicaKeyMetadata'];
  const operation = writeOperation('CreateKey');
  if (region === undefined || !isJsonObject(metadata) || operation === undefined) return [];
  const { Description, Tags } = exchange.request;
  const created: KmsExchange = {
    ...exchange,
    operation: 'CreateKey',
    region,
    keyArn: textOf(metadata, 'Arn') ?? null,
    request: { Description, MultiRegion: true, Origin: metadata['Origin'], Policy: response['ReplicaPolicy'], Tags },
    outcome: { ok: true, response: { KeyMetadata: metadata } },
  };
  return [delivery(exchange, region, apiCall(created, operation))];
}

/** The new primary's Region has no caller of its own: KMS acts there, and the record lists no resources. */
function primaryTaken(exchange: KmsExchange): readonly Delivery[] {
  const region = textOf(exchange.request, 'PrimaryRegion');
  const operation = writeOperation('UpdatePrimaryRegion');
  if (region === undefined || operation === undefined) return [];
  const {
    tlsDetails: _ours,
    resources: _none,
    ...record
  } = apiCall(
    {
      ...exchange,
      region,
      userIdentity: { ...exchange.userIdentity, invokedBy: 'kms.amazonaws.com' },
      sourceIPAddress: 'kms.amazonaws.com',
      userAgent: 'kms.amazonaws.com',
      request: { KeyId: exchange.keyArn, PrimaryRegion: region },
    },
    operation,
  );
  return [delivery(exchange, region, record)];
}

function rotated(exchange: KmsExchange): Delivery {
  const material = () => `${exchange.newId()}${exchange.newId()}`.replaceAll('-', '');
  return serviceEvent(exchange, 'RotateKey', {
    rotationType: 'ON_DEMAND',
    keyOrigin: 'AWS_KMS',
    previousKeyMaterialId: material(),
    currentKeyMaterialId: material(),
    keyId: exchange.keyArn?.split('/').at(-1),
  });
}

/** What KMS does by itself: RotateKey, DeleteKey, DeleteExpiredKeyMaterial. No `userIdentity.type`, no `arn`. */
export function serviceEvent(
  about: Pick<KmsExchange, 'account' | 'region' | 'keyArn' | 'eventTime' | 'newId'>,
  eventName: string,
  serviceEventDetails: JsonObject,
): Delivery {
  const { account, region, keyArn: ARN } = about;
  const record = {
    eventVersion: '1.11',
    userIdentity: { accountId: account, invokedBy: 'AWS Internal' },
    eventTime: about.eventTime,
    eventSource: 'kms.amazonaws.com',
    eventName,
    awsRegion: region,
    sourceIPAddress: 'AWS Internal',
    userAgent: 'AWS Internal',
    requestParameters: null,
    responseElements: eventName === 'DeleteKey' ? { keyId: ARN } : null,
    eventID: about.newId(),
    readOnly: false,
    resources: [{ accountId: account, type: 'AWS::KMS::Key', ARN }],
    eventType: 'AwsServiceEvent',
    managementEvent: true,
    recipientAccountId: account,
    serviceEventDetails,
    eventCategory: 'Management',
  };
  return { account, region, detailType: 'AWS Service Event via CloudTrail', record };
}
