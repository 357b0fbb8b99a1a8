import { defineRule, notApplicable } from './define-rule.ts';
import { expectedEvents } from './forwarding/expected.ts';
import { judgeRules } from './forwarding/judge-rules.ts';
import { forwardingTexts } from './forwarding/routes.ts';
import { unknownData, violation } from './reason.ts';

/**
 * The guard hears a member only through rules on that account's own bus. Whoever takes them away is not heard: the record of the
 * deed comes when nothing passes it on any more. EventBridge user guide, "Sending and receiving events between AWS accounts".
 */
export const forwardingMissing = defineRule({
  id: 'forwarding-missing',
  title: 'A member account does not pass its calls on to the guard',
  guard: 'sweep',
  severity: 'high',
  watches: [],
  sweep: true,
  about: 'region',
  asks: ({ organization }) => organization !== null,
  needs: ['forwarding'],
  remedy: null,
  controls: [],
  messages: {
    ...forwardingTexts,
    noRule:
      "No rule of account {account} in {region} has the guard's bus as its target: the guard hears no call of it, and only a sweep " +
      'sees what was done to keys',
    missing:
      'The rules of account {account} in {region} do not pass every call on that the guard watches: of the others it hears nothing. {reasons}',
    unreadable:
      'What passes the calls of account {account} in {region} on to the guard could not be read ({reason}): {detail}',
    uncertain:
      'Whether account {account} in {region} passes every call on that the guard watches is unknown. {reasons}',
  },
  remediation:
    'Put the member template back as it was (CloudFormation: detect drift, then update the stack or the stack instances), ' +
    'ask CloudTrail of that account who changed its rules (DisableRule, DeleteRule, RemoveTargets, PutRule), ' +
    'and look at every key there with kms-guard sweep.',
  judge: ({ facts: { forwarding, account, region }, config }) => {
    if (config.organization === null) return notApplicable;
    const place = { account, region };
    if (!forwarding.known)
      return {
        verdict: 'undetermined',
        message: 'unreadable',
        data: { ...place, ...unknownData('forwarding', forwarding) },
      };
    if (forwarding.value === null) return notApplicable;
    const { rules } = forwarding.value;
    return rules.length === 0
      ? violation('noRule', place)
      : judgeRules(rules, { place, expected: expectedEvents(config, place) });
  },
});
