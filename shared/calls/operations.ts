import type { CallOf, ManagementOperation, Operation } from './call.ts';
import { type Fields, fields, flag, isFields, items, text, texts, wholeNumber } from './fields.ts';

/** The parts of a record that differ by operation; an absent part is empty. */
export type Parts = {
  readonly request: Fields;
  readonly response: Fields;
  readonly additional: Fields;
  readonly service: Fields;
};

type Readers = { readonly [Name in ManagementOperation]: (parts: Parts) => Extract<Operation, { operation: Name }> };

const bypass = (request: Fields): boolean => flag(request['bypassPolicyLockoutSafetyCheck']);

/** Only own names and texts: a tag may be called `__proto__`. */
const tagsOf = (value: unknown): Readonly<Record<string, string>> =>
  Object.fromEntries(
    items(value).flatMap((tag): [string, string][] => {
      const { tagKey, tagValue } = fields(tag);
      return typeof tagKey === 'string' ? [[tagKey, typeof tagValue === 'string' ? tagValue : '']] : [];
    }),
  );

/** One line an operation. Source: AWS KMS developer guide, "Examples of AWS KMS log entries". */
const readers: Readers = {
  ScheduleKeyDeletion: ({ request, response }) => ({
    operation: 'ScheduleKeyDeletion',
    pendingWindowInDays: wholeNumber(response['pendingWindowInDays']) ?? wholeNumber(request['pendingWindowInDays']),
    keyState: text(response['keyState']),
  }),
  CancelKeyDeletion: () => ({ operation: 'CancelKeyDeletion' }),
  DisableKey: () => ({ operation: 'DisableKey' }),
  EnableKey: () => ({ operation: 'EnableKey' }),
  DisableKeyRotation: () => ({ operation: 'DisableKeyRotation' }),
  EnableKeyRotation: ({ request }) => ({
    operation: 'EnableKeyRotation',
    rotationPeriodInDays: wholeNumber(request['rotationPeriodInDays']),
  }),
  RotateKeyOnDemand: () => ({ operation: 'RotateKeyOnDemand' }),
  RotateKey: ({ service }) => ({ operation: 'RotateKey', rotationType: text(service['rotationType']) }),
  CreateKey: ({ request, response }) => {
    const made = fields(response['keyMetadata']);
    return {
      operation: 'CreateKey',
      policy: text(request['policy']),
      bypassPolicyLockoutSafetyCheck: bypass(request),
      // What KMS made, not what was asked: the defaults are in the answer only.
      keySpec: text(made['keySpec']) ?? text(request['keySpec']) ?? text(request['customerMasterKeySpec']),
      keyUsage: text(made['keyUsage']) ?? text(request['keyUsage']),
      origin: text(made['origin']) ?? text(request['origin']),
      multiRegion: flag(made['multiRegion']) || flag(request['multiRegion']),
    };
  },
  PutKeyPolicy: ({ request }) => ({
    operation: 'PutKeyPolicy',
    policy: text(request['policy']),
    bypassPolicyLockoutSafetyCheck: bypass(request),
  }),
  CreateGrant: ({ request, response }) => ({
    operation: 'CreateGrant',
    grantId: text(response['grantId']),
    granteePrincipal: text(request['granteePrincipal']) ?? text(request['granteeServicePrincipal']),
    retiringPrincipal: text(request['retiringPrincipal']) ?? text(request['retiringServicePrincipal']),
    operations: texts(request['operations']),
    hasConstraints: isFields(request['constraints']) && Object.keys(request['constraints']).length > 0,
  }),
  RevokeGrant: ({ request }) => ({ operation: 'RevokeGrant', grantId: text(request['grantId']) }),
  RetireGrant: ({ request, additional }) => ({
    operation: 'RetireGrant',
    grantId: text(request['grantId']) ?? text(additional['grantId']),
  }),
  CreateAlias: ({ request }) => ({ operation: 'CreateAlias', aliasName: text(request['aliasName']) }),
  UpdateAlias: ({ request }) => ({ operation: 'UpdateAlias', aliasName: text(request['aliasName']) }),
  DeleteAlias: ({ request }) => ({ operation: 'DeleteAlias', aliasName: text(request['aliasName']) }),
  ImportKeyMaterial: ({ request }) => ({
    operation: 'ImportKeyMaterial',
    expirationModel: text(request['expirationModel']),
  }),
  DeleteImportedKeyMaterial: ({ request, response }) => ({
    operation: 'DeleteImportedKeyMaterial',
    keyMaterialId: text(response['keyMaterialId']) ?? text(request['keyMaterialId']),
  }),
  DeleteExpiredKeyMaterial: () => ({ operation: 'DeleteExpiredKeyMaterial' }),
  ReplicateKey: ({ request, response }) => ({
    operation: 'ReplicateKey',
    replicaRegion: text(request['replicaRegion']),
    replicaArn: text(fields(response['replicaKeyMetadata'])['arn']),
    replicaPolicy: text(response['replicaPolicy']) ?? text(request['policy']),
    bypassPolicyLockoutSafetyCheck: bypass(request),
  }),
  UpdatePrimaryRegion: ({ request }) => ({
    operation: 'UpdatePrimaryRegion',
    primaryRegion: text(request['primaryRegion']),
  }),
  SynchronizeMultiRegionKey: () => ({ operation: 'SynchronizeMultiRegionKey' }),
  TagResource: ({ request }) => ({ operation: 'TagResource', tags: tagsOf(request['tags']) }),
  UntagResource: ({ request }) => ({ operation: 'UntagResource', tagKeys: texts(request['tagKeys']) }),
  DeleteKey: () => ({ operation: 'DeleteKey' }),
  UpdateKeyDescription: ({ request }) => ({
    operation: 'UpdateKeyDescription',
    description: typeof request['description'] === 'string' ? request['description'] : null,
  }),
  CreateCustomKeyStore: (parts) => ({ operation: 'CreateCustomKeyStore', customKeyStoreId: keyStoreOf(parts) }),
  UpdateCustomKeyStore: (parts) => ({ operation: 'UpdateCustomKeyStore', customKeyStoreId: keyStoreOf(parts) }),
  DeleteCustomKeyStore: (parts) => ({ operation: 'DeleteCustomKeyStore', customKeyStoreId: keyStoreOf(parts) }),
  ConnectCustomKeyStore: (parts) => ({ operation: 'ConnectCustomKeyStore', customKeyStoreId: keyStoreOf(parts) }),
  DisconnectCustomKeyStore: (parts) => ({ operation: 'DisconnectCustomKeyStore', customKeyStoreId: keyStoreOf(parts) }),
};

const keyStoreOf = ({ request, response }: Parts): string | null =>
  text(response['customKeyStoreId']) ?? text(request['customKeyStoreId']);

const readerOf = new Map<string, (parts: Parts) => Operation>(Object.entries(readers));

export const isWatchable = (eventName: string): eventName is ManagementOperation => readerOf.has(eventName);

/** Every call that a rule can watch. */
export const managementOperations: readonly ManagementOperation[] = [...readerOf.keys()].filter(isWatchable);

export const readOperation = (eventName: string, parts: Parts): Operation =>
  readerOf.get(eventName)?.(parts) ?? { operation: 'Other' };

/** KMS does these by itself: CloudTrail records them as events of the service, not as calls. */
export const serviceEvents: ReadonlySet<string> = new Set<NativeOperation>([
  'RotateKey',
  'DeleteKey',
  'DeleteExpiredKeyMaterial',
]);

export type NativeOperation = CallOf<'RotateKey' | 'DeleteKey' | 'DeleteExpiredKeyMaterial'>['operation'];

/** Recorded without request parameters: the service's own events, and a grant retired by its token. */
const requestless = new Set<string>([
  'RotateKey',
  'DeleteKey',
  'DeleteExpiredKeyMaterial',
  'SynchronizeMultiRegionKey',
  'RetireGrant',
] satisfies ManagementOperation[]);

/** Over 100 KB CloudTrail leaves `requestParameters` out, or writes `{"omitted":true,...}` in its place. */
export const isRequestOmitted = (eventName: string, requestParameters: unknown): boolean =>
  isFields(requestParameters)
    ? flag(requestParameters['omitted'])
    : isWatchable(eventName) && !requestless.has(eventName);
