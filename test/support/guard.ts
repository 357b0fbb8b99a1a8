import { configSchema } from '../../shared/config/config.ts';
import { type Handled, handleBody, type Pipeline } from '../../shared/pipeline.ts';
import { policyParts } from '../../shared/policy-parts.ts';
import { rules } from '../../shared/rules/index.ts';
import type { MemoryPorts } from './memory-ports.ts';
import { guardRole } from './records.ts';

/** Everything may be remedied. */
export const enforceAll = configSchema.parse({
  modes: {
    remedies: { cancelKeyDeletion: 'enforce', restoreKeyState: 'enforce', enableKeyRotation: 'enforce' },
    accounts: {},
  },
});

/** A guard over in-memory ports, with the real rules. */
export const guardOver = (ports: MemoryPorts, some: Partial<Pipeline> = {}): ((body: string) => Promise<Handled>) => {
  const guard = some.guard ?? 'deletion-guard';
  const pipeline: Pipeline = {
    guard,
    rules: rules.filter((rule) => rule.guard === guard),
    config: enforceAll,
    ownRoles: [guardRole],
    leaseInSeconds: 60,
    policyParts,
    ports,
    ...some,
  };
  return (body) => handleBody(pipeline, body);
};
