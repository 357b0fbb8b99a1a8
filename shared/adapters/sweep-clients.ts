import {
  CloudTrailClient,
  type CloudTrailClientConfig,
  type ServiceInputTypes,
  type ServiceOutputTypes,
} from '@aws-sdk/client-cloudtrail';
import { EventBridgeClient, type EventBridgeClientConfig } from '@aws-sdk/client-eventbridge';
import { KMSClient, type KMSClientConfig } from '@aws-sdk/client-kms';
import type { QuotaGate } from '../sweep/quota-gate.ts';
import { isMeteredApi } from '../sweep/quotas.ts';
import { isThrottling } from './aws-faults.ts';

type Send<Args, Output> = (args: Args) => Promise<Output>;
type Context = { readonly commandName?: string };

/** Every attempt of a call passes the gate: pages and the SDK's own retries count as much as first attempts. */
const metered =
  (gate: QuotaGate) =>
  <Args, Output>(next: Send<Args, Output>, { commandName = '' }: Context): Send<Args, Output> =>
  async (args) => {
    const api = commandName.replace(/Command$/, '');
    if (!isMeteredApi(api)) throw new TypeError(`a sweep does not call ${api}: it has no quota in the table`);
    await gate.take(api);
    try {
      return await next(args);
    } catch (error) {
      if (isThrottling(error)) gate.throttled(api);
      throw error;
    }
  };

const oncePerAttempt = { name: 'sweepQuota', relation: 'after', toMiddleware: 'retryMiddleware' } as const;
/** Many keys are looked at at a time, each with several calls. */
const sockets = { maxSockets: 256 };
const patient = { maxAttempts: 6, requestHandler: { httpAgent: sockets, httpsAgent: sockets } };

/** A KMS client that keeps to the gate's share of the quotas. Each client belongs to one account and Region, as its gate does. */
export const meteredKms = (config: KMSClientConfig, gate: QuotaGate): KMSClient => {
  const client = new KMSClient({ ...patient, ...config });
  client.middlewareStack.addRelativeTo(metered(gate), oncePerAttempt);
  return client;
};

/** EventBridge, for the few calls that a Region costs. */
export const meteredEventBridge = (config: EventBridgeClientConfig, gate: QuotaGate): EventBridgeClient => {
  const client = new EventBridgeClient({ maxAttempts: 3, ...config });
  client.middlewareStack.addRelativeTo(metered(gate), oncePerAttempt);
  return client;
};

type Answer = { readonly response: unknown; readonly output: ServiceOutputTypes };

/**
 * CloudTrail for one sweep of a Region: `eventHistory` asks by the name of a call and picks out one key, so that the same pages
 * serve every key. They are asked for once; what is asked of one key alone is not kept.
 */
export const rememberingCloudTrail = (config: CloudTrailClientConfig, gate: QuotaGate): CloudTrailClient => {
  const client = new CloudTrailClient({ maxAttempts: 3, ...config });
  client.middlewareStack.addRelativeTo(metered(gate), oncePerAttempt);
  const answers = new Map<string, Promise<Answer>>();
  client.middlewareStack.add(
    (next, { commandName }) =>
      (args) => {
        if (isAboutOneKey(args.input)) return next(args);
        const question = `${commandName} ${JSON.stringify(args.input)}`;
        const asked = answers.get(question);
        if (asked !== undefined) return asked;
        const asking = next(args);
        answers.set(question, asking);
        // A failure is no answer: the next who asks tries again.
        asking.catch(() => answers.delete(question));
        return asking;
      },
    { name: 'sweepMemory', step: 'initialize' },
  );
  return client;
};

const isAboutOneKey = (input: ServiceInputTypes): boolean =>
  'LookupAttributes' in input &&
  (input.LookupAttributes?.some(({ AttributeKey }) => AttributeKey === 'ResourceName') ?? false);
