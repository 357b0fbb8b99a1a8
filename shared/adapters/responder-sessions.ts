import { AssumeRoleCommand, type STSClient } from '@aws-sdk/client-sts';
import { partsOfKeyArn } from '../calls/key-arn.ts';
import { guardIdentity, type ResponderSettings } from '../responder.ts';

/** What one session may do: these actions on one key, and those that have no resource-level permission. */
export type SessionScope = {
  readonly keyArn: string;
  readonly actions: readonly string[];
  readonly everywhere: readonly string[];
};

export type Credentials = {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken: string;
  readonly expiration: Date;
};

/** The shortest that STS gives; a chained session could not last longer than an hour anyway. */
const sessionInSeconds = 900;

/**
 * Credentials of the responder role in a key's account, cut by a session policy to that key. The SDK keeps them and asks
 * again before they expire.
 * @throws as `AssumeRole` does: a role that is gone or does not trust the guard is `AccessDenied`.
 */
export const responderCredentials =
  (sts: STSClient, { roleName, externalId, sessionName }: ResponderSettings) =>
  (scope: SessionScope): (() => Promise<Credentials>) => {
    const key = partsOfKeyArn(scope.keyArn);
    if (key === null) throw new TypeError(`${scope.keyArn} is not the ARN of a key`);
    const input = {
      RoleArn: `arn:${key.partition}:iam::${key.account}:role/${roleName}`,
      RoleSessionName: sessionName,
      ExternalId: externalId,
      // CloudTrail shows it at every call of the session, and at those of sessions made from it.
      SourceIdentity: guardIdentity,
      DurationSeconds: sessionInSeconds,
      Policy: JSON.stringify(sessionPolicy(scope)),
    };
    return async () => {
      const { Credentials: given } = await sts.send(new AssumeRoleCommand(input));
      const { AccessKeyId, SecretAccessKey, SessionToken, Expiration } = given ?? {};
      if (AccessKeyId === undefined || SecretAccessKey === undefined || SessionToken === undefined) {
        throw new Error(`AssumeRole of ${input.RoleArn} gave no credentials`);
      }
      return {
        accessKeyId: AccessKeyId,
        secretAccessKey: SecretAccessKey,
        sessionToken: SessionToken,
        expiration: Expiration ?? new Date(0),
      };
    };
  };

/** A session may do what the role may and this allows: one key, whatever else the role can reach. */
const sessionPolicy = ({ keyArn, actions, everywhere }: SessionScope) => ({
  Version: '2012-10-17',
  Statement: [
    { Sid: 'OneKey', Effect: 'Allow', Action: actions, Resource: keyArn },
    ...(everywhere.length === 0 ? [] : [{ Sid: 'Account', Effect: 'Allow', Action: everywhere, Resource: '*' }]),
  ],
});
