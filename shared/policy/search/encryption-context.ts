import { ABSENT, type Domain, open } from './domain.ts';
import type { TestStore } from './value-test.ts';

/**
 * `kms:EncryptionContextKeys` lists the names of the encryption context, `kms:EncryptionContext:x` is one of its values: a call
 * has the second exactly when the first lists x. Condition keys ignore case, so `x` stands for `X`, too (AWS KMS Developer
 * Guide, conditions-kms).
 */
export type ContextNames = {
  readonly id: string;
  /** Condition keys that the call carries, and those that it does not. */
  readonly present: readonly string[];
  readonly absent: readonly string[];
};

const LIST = 'kms:encryptioncontextkeys';
const PREFIX = 'kms:encryptioncontext:';

const MAX_NAMES = 5;

/** Each way in which these keys can be there, none of them first; one undefined when they are not correlated. */
export const contextChoices = (keys: ReadonlySet<string>): readonly (ContextNames | undefined)[] => {
  // With more names the keys stay on their own: that admits more requests, and never fewer.
  const named = keys.has(LIST) ? [...keys].filter((key) => key.startsWith(PREFIX)).slice(0, MAX_NAMES) : [];
  if (named.length === 0) return [undefined];
  return Array.from({ length: 2 ** named.length }, (_, bits) => ({
    id: `${named.join()}=${bits}`,
    present: named.filter((_key, i) => (bits >> i) % 2 === 1),
    absent: named.filter((_key, i) => (bits >> i) % 2 === 0),
  }));
};

type Scope = { readonly tests: TestStore; readonly names: ContextNames };

/** The domain of a key when it is settled which names the encryption context has. */
export const contextDomain = (key: string, domain: Domain, { tests, names }: Scope): Domain => {
  if (names.absent.includes(key)) return ABSENT;
  if (names.present.includes(key)) return { ...domain, absent: 'never', id: `${domain.id}!` };
  if (key !== LIST) return domain;
  return open({
    absent: names.present.length === 0 ? 'may' : 'never',
    plain: false,
    constraints:
      names.absent.length === 0 ? [] : [{ test: tests.ignoringCase(names.absent.map(nameOf)), wanted: false }],
    includes: names.present.map((one) => tests.ignoringCase([nameOf(one)])),
  });
};

const nameOf = (key: string): string => key.slice(PREFIX.length);
