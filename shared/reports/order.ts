/** By code units: the same on every machine, whatever its language is set to. */
export const byText = (one: string, other: string): number => (one < other ? -1 : one > other ? 1 : 0);

type Place = { readonly account: string; readonly region: string; readonly keyArn?: string | null };

export const byPlace = (one: Place, other: Place): number =>
  byText(one.account, other.account) ||
  byText(one.region, other.region) ||
  byText(one.keyArn ?? '', other.keyArn ?? '');
