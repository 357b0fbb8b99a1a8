import type { Fact } from './facts.ts';

/** The rules of an account's default event bus in a Region that have the guard's bus of the members as a target. */
export type Forwarding = { readonly busArn: string; readonly rules: readonly ForwardingRule[] };

export type ForwardingRule = { readonly name: string; readonly described: Fact<DescribedRule> };

export type DescribedRule = {
  /** `ENABLED`, `ENABLED_WITH_ALL_CLOUDTRAIL_MANAGEMENT_EVENTS` or `DISABLED`. */
  readonly state: string;
  /** JSON, as EventBridge keeps it; null for a rule that goes by the clock alone. */
  readonly eventPattern: string | null;
};

/** Is the bus of this account and Region? Then nothing is passed on: the guard's own rules take the calls. */
export const isBusOf = (busArn: string, place: { readonly account: string; readonly region: string }): boolean => {
  const [, , , region, account] = busArn.split(':');
  return region === place.region && account === place.account;
};
