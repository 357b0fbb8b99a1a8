import { known } from '../../shared/facts/facts.ts';
import { type LedgerWaiver, type WaiverBook, waiversKept } from '../../shared/waiver-book.ts';

/** Waivers in memory: the same answers as `dynamoWaivers`, see `waiver-book-contract.ts`. */
export const memoryWaivers = (): WaiverBook => {
  let waivers: readonly LedgerWaiver[] = [];
  return {
    all: async () => known(waivers),
    add: async (waiver) => {
      if (waivers.some(({ id }) => id === waiver.id)) return true;
      if (waivers.length >= waiversKept) return false;
      waivers = [...waivers, waiver];
      return true;
    },
    remove: async (id) => {
      const left = waivers.filter((each) => each.id !== id);
      const found = left.length < waivers.length;
      waivers = left;
      return found;
    },
  };
};
