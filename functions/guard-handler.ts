import { readFileSync } from 'node:fs';
import { awsPorts } from '../shared/adapters/aws-ports.ts';
import { configSchema } from '../shared/config/config.ts';
import { configFileName, guardEnvSchema, ownRolesOf } from '../shared/config/guard-env.ts';
import { handleBody } from '../shared/pipeline.ts';
import { withResponders } from '../shared/responder.ts';
import type { PolicyParts } from '../shared/policy-parts.ts';
import type { GuardName, Rule } from '../shared/rules/define-rule.ts';
import { queueHandler } from './queue-handler.ts';

/** What differs from guard to guard. */
export type GuardParts = {
  readonly guard: GuardName;
  readonly rules: readonly Rule[];
  readonly policyParts: PolicyParts | null;
};

/** Composes a guard at cold start: environment and configuration are parsed once, ports made once. */
export const guardHandler = ({ guard, rules, policyParts }: GuardParts) => {
  const env = guardEnvSchema.parse(process.env);
  const config = configSchema.parse(JSON.parse(readFileSync(new URL(configFileName, import.meta.url), 'utf8')));
  return queueHandler(guard, (log) => {
    const settings = {
      guard,
      rules,
      policyParts,
      config,
      ownRoles: withResponders(ownRolesOf(env), config.organization),
      ports: awsPorts(env, { log, guard, organization: config.organization }),
    };
    return (body, leaseInSeconds) => handleBody({ ...settings, leaseInSeconds }, body);
  });
};
