/**
 * Requests a second that AWS allows an account in a Region by default, all callers together, of the calls that a sweep makes.
 * Source: KMS developer guide, "Request quotas"; CloudTrail user guide, "Quotas in AWS CloudTrail". Those of KMS can be raised.
 * EventBridge tells none for its reads: taken as the least that its user guide, "Amazon EventBridge quotas", has for any call.
 */
export const defaultQuotas = {
  DescribeKey: 2_000,
  ListResourceTags: 2_000,
  GetKeyPolicy: 1_000,
  GetKeyRotationStatus: 1_000,
  ListKeys: 500,
  ListAliases: 500,
  ListGrants: 100,
  ListKeyRotations: 100,
  GetKeyLastUsage: 5,
  DescribeCustomKeyStores: 5,
  LookupEvents: 2,
  DescribeTrails: 10,
  GetTrailStatus: 10,
  GetEventSelectors: 10,
  ListRuleNamesByTarget: 5,
  DescribeRule: 5,
} as const satisfies Readonly<Record<string, number>>;

export type MeteredApi = keyof typeof defaultQuotas;

export const isMeteredApi = (name: string): name is MeteredApi => Object.hasOwn(defaultQuotas, name);

/** Workloads come first: of any quota a sweep takes this much at most. */
export const largestShare = 0.5;

export type QuotaSettings = {
  /** Part of each quota, above 0 and at most `largestShare`. @default 0.5 */
  readonly share?: number;
  /** Quotas of this account that differ from AWS's defaults. */
  readonly quotas?: Readonly<Partial<Record<MeteredApi, number>>>;
};

/** Calls a second that a sweep may make. */
export const allowedRate = (api: MeteredApi, { share = largestShare, quotas = {} }: QuotaSettings = {}): number => {
  // Compared this way round so that NaN, too, is answered with the safe value.
  const part = share > 0 && share <= largestShare ? share : largestShare;
  return (quotas[api] ?? defaultQuotas[api]) * part;
};
