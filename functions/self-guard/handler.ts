import { selfGuardPorts } from '../../shared/adapters/self-guard-ports.ts';
import { namesOf, selfGuardEnvSchema } from '../../shared/config/self-guard-env.ts';
import { handleDefence } from '../../shared/defence/handle-defence.ts';
import { queueHandler } from '../queue-handler.ts';

const guard = 'self-guard';
const env = selfGuardEnvSchema.parse(process.env);

/** Says so when somebody blinds or disarms the guard. */
export const handler = queueHandler(guard, (log) => {
  const self = { guard, names: namesOf(env), ports: selfGuardPorts(env, { guard, log }) } as const;
  return (body, leaseInSeconds) => handleDefence({ ...self, leaseInSeconds }, body);
});
