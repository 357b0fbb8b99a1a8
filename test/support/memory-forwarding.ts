import { watchedServices } from '../../shared/defence/watched.ts';
import { known } from '../../shared/facts/facts.ts';
import type { Forwarding, ForwardingRule } from '../../shared/facts/forwarding.ts';
import { rules } from '../../shared/rules/index.ts';
import { forwardedOperations } from '../../shared/rules/routes.ts';

export const membersBusArn = 'arn:aws:events:eu-central-1:222233334444:event-bus/KmsGuard-members';
export const organization = { id: 'o-a1b2c3d4e5', externalId: 'an-external-id-1' };

/** The patterns of the member template, by what they are called there; `test/infra/member-stack.test.ts` holds the template to the rule. */
export const goodPatterns: Readonly<Record<string, Readonly<Record<string, unknown>>>> = {
  Calls: {
    source: ['aws.kms'],
    'detail-type': ['AWS API Call via CloudTrail', 'AWS Service Event via CloudTrail'],
    detail: { eventSource: ['kms.amazonaws.com'], eventName: forwardedOperations(rules) },
  },
  ...Object.fromEntries(
    watchedServices
      .filter(({ inMembers }) => inMembers)
      .map(({ service, sources, eventSource, events }) => [
        service,
        {
          source: sources,
          'detail-type': ['AWS API Call via CloudTrail'],
          detail: { eventSource: [eventSource], eventName: events.map(({ name }) => name) },
        },
      ]),
  ),
};

export const forwardingRule = (name: string, pattern: unknown, state = 'ENABLED'): ForwardingRule => ({
  name,
  described: known({ state, eventPattern: JSON.stringify(pattern) }),
});

/** A member's rules as the template makes them, some of them replaced or, with undefined, gone. */
export const forwardingWith = (
  some: Readonly<Record<string, ForwardingRule | undefined>> = {},
  more: readonly ForwardingRule[] = [],
): Forwarding => {
  const good = Object.entries(goodPatterns).map(([name, pattern]) => forwardingRule(name, pattern));
  const kept = good.flatMap((rule) => (rule.name in some ? (some[rule.name] ?? []) : rule));
  return { busArn: membersBusArn, rules: [...kept, ...more] };
};
