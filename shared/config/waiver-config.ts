import * as z from 'zod/mini';

/**
 * Which keys a waiver means: a key ARN (`*` stands for any text), `alias/NAME` (`*` too), `tag:KEY=VALUE` (the value `*` for
 * any), `account:ID` or `ou:ID`.
 */
export const keySelectorPattern =
  /^(arn:|\*|alias\/.|tag:[^=]{1,128}=|account:\d{12}$|ou:(r-[a-z0-9]{4,32}|ou-[a-z0-9]{4,32}-[a-z0-9]{8,32})$)/;

const keySelector = z
  .string()
  .check(
    z.regex(
      keySelectorPattern,
      'must be a key ARN (* stands for any text), alias/NAME, tag:KEY=VALUE, account:111122223333 or ou:ou-ab12-11111111',
    ),
  );

/** A waiver as the configuration writes it. */
export const waiverSchema = z.strictObject({
  rule: z.string().check(z.minLength(1)),
  keys: z.array(keySelector).check(z.minLength(1, 'must name at least one key ARN')),
  owner: z.string().check(z.minLength(1)),
  reason: z.string().check(z.minLength(10, 'must say why, in at least 10 characters')),
  expires: z.iso.date('must be a date such as 2027-03-31'),
});
