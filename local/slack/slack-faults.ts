/** What goes wrong with the next calls. `lost-answer`: Slack does it, and the answer never arrives. */
export type Fault =
  | { readonly kind: 'rate-limited'; readonly retryAfterInSeconds: number }
  | { readonly kind: 'status'; readonly status: number }
  | { readonly kind: 'error'; readonly error: string }
  | { readonly kind: 'lost-answer' };

export type FaultPlan = {
  readonly fault: Fault;
  /** @default 1 */
  readonly times?: number;
  /** Only calls of this method, such as `chat.update` or `webhook`. @default every one */
  readonly method?: string;
};

export type FaultQueue = {
  readonly add: (plan: FaultPlan) => void;
  /** The fault that strikes this call; null where none does. */
  readonly take: (method: string) => Fault | null;
};

export const faultQueue = (): FaultQueue => {
  const plans: { fault: Fault; left: number; method: string | null }[] = [];
  return {
    add: ({ fault, times = 1, method = null }) => {
      plans.push({ fault, left: times, method });
    },
    take: (method) => {
      const plan = plans.find((each) => each.left > 0 && (each.method === null || each.method === method));
      if (plan === undefined) return null;
      plan.left -= 1;
      return plan.fault;
    },
  };
};
