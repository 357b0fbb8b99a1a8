import * as z from 'zod/mini';

/** Calls that wait at the bridge until they are let go: for what must happen between two calls of somebody else. */
export const holdSchema = z.object({
  /** The API's name, such as `DescribeKey`. */
  operation: z.string(),
});

export type Hold = z.infer<typeof holdSchema>;

export interface Holds {
  add(hold: Hold): void;
  /** Lets every waiting call go, and holds none any more. */
  release(): void;
  /** How many calls wait now. */
  waiting(): number;
  /** Resolves when this call may go on. */
  pass(operation: string): Promise<void>;
}

export function holdStore(): Holds {
  const held = new Set<string>();
  const waiting: (() => void)[] = [];
  return {
    add: ({ operation }) => void held.add(operation),
    release() {
      held.clear();
      for (const go of waiting.splice(0)) go();
    },
    waiting: () => waiting.length,
    async pass(operation) {
      if (held.has(operation)) await new Promise<void>((go) => void waiting.push(go));
    },
  };
}
