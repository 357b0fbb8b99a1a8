import type { Fact } from './facts.ts';

/** A trail of CloudTrail that covers the account in the Region it was asked in: its own, or the shadow of one elsewhere. */
export type Trail = {
  readonly name: string;
  readonly arn: string;
  /** Made for the whole organization; a member account sees it, and cannot read its selectors. */
  readonly organization: boolean;
  readonly logging: Fact<boolean>;
  /** Not asked while the trail does not log. */
  readonly selectors: Fact<TrailSelectors>;
};

/** Which events a trail logs: those that one of its selectors takes. A trail has basic or advanced ones, never both. */
export type TrailSelectors = {
  readonly basic: readonly BasicSelector[];
  readonly advanced: readonly (readonly FieldSelector[])[];
};

export type BasicSelector = {
  /** `All`, `ReadOnly` or `WriteOnly`. */
  readonly readWriteType: string;
  readonly includeManagementEvents: boolean;
  /** `ExcludeManagementEventSources`, such as `kms.amazonaws.com`. */
  readonly excludedSources: readonly string[];
};

/** One condition on a field of the record; an advanced selector takes what meets all of its conditions. */
export type FieldSelector = {
  readonly field: string;
  readonly equals: readonly string[];
  readonly startsWith: readonly string[];
  readonly endsWith: readonly string[];
  readonly notEquals: readonly string[];
  readonly notStartsWith: readonly string[];
  readonly notEndsWith: readonly string[];
};
