import type { Connect } from './sweep.ts';

/** AWS with the credentials at hand. The SDK is loaded only for a sweep: it costs more than the rest of the start. */
export const connectAws: Connect = async ({ args, region }) => {
  const [{ awsEstate }, { systemClock: clock }] = await Promise.all([
    import('../shared/adapters/sweep-estate.ts'),
    import('../shared/adapters/system-clock.ts'),
  ]);
  const estate = awsEstate({
    clock,
    ...(region === undefined ? {} : { region }),
    ...(args.endpoint === undefined ? {} : { endpoint: args.endpoint }),
    ...(args.role === undefined ? {} : { role: args.role }),
  });
  return { estate, clock };
};
