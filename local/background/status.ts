import * as z from 'zod/mini';

/** What `kms-guard local` says of the guard on this machine, as its process in the background tells it. */
export const localStatusSchema = z.object({
  /** `broken`: the emulator under it has ended; `down`, then `up`, starts anew. */
  phase: z.enum(['starting', 'up', 'broken']),
  /** Of the process in the background. */
  pid: z.number(),
  /** ISO 8601. */
  startedAt: z.string(),
  /** What the CDK, the emulator and the bridge say. */
  log: z.string(),
  /** The guard's configuration file. */
  config: z.string(),
  /** All that only a guard that is up has; null while it starts. */
  guard: z.nullable(
    z.object({
      endpoint: z.string(),
      account: z.string(),
      region: z.string(),
      /** What a client needs to call the local AWS as the account's administrator. */
      env: z.record(z.string(), z.string()),
      stack: z.string(),
      outputs: z.record(z.string(), z.string()),
      slack: z.string(),
      emulatorPid: z.number(),
    }),
  ),
});
export type LocalStatus = z.infer<typeof localStatusSchema>;

/** What the process in the background tells the one that started it. */
export const hostMessageSchema = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('progress'), line: z.string() }),
  z.object({ kind: z.literal('up'), status: localStatusSchema }),
  z.object({ kind: z.literal('failed'), why: z.string() }),
]);
export type HostMessage = z.infer<typeof hostMessageSchema>;
