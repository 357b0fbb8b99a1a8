/** Of account 111122223333. */
const statement = (Sid: string, principal: string, Action: string) => ({
  Sid,
  Effect: 'Allow',
  Principal: { AWS: principal },
  Action,
  Resource: '*',
});
const account = statement('Account', 'arn:aws:iam::111122223333:root', 'kms:*');
const policy = (...statements: readonly unknown[]): string =>
  JSON.stringify({ Version: '2012-10-17', Statement: statements });

/** In order: nobody from outside. */
export const ownPolicy = policy(account);
/** Everybody may decrypt. */
export const openPolicy = policy(account, statement('Open', '*', 'kms:Decrypt'));
