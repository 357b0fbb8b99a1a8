import * as z from 'zod/mini';

/** Calls whose events never arrive: CloudTrail records them, and EventBridge, which promises no more, loses them. */
export const lossSchema = z.object({
  /** The API's name, such as `ScheduleKeyDeletion`. */
  operation: z.string(),
});

export type Loss = z.infer<typeof lossSchema>;

export interface Losses {
  add(loss: Loss): void;
  /** Loses none any more; what was lost does not come after. */
  clear(): void;
  isLost(operation: string | undefined): boolean;
}

export function lossStore(): Losses {
  const lost = new Set<string>();
  return {
    add: ({ operation }) => void lost.add(operation),
    clear: () => lost.clear(),
    isLost: (operation) => operation !== undefined && lost.has(operation),
  };
}
