import type { Grant } from 'aws-cdk-lib/aws-iam';

/** Gives every statement of a grant its `Sid`: an auditor reads what a permission is for in the policy itself. */
export const nameGrant = (sid: string, grant: Grant): void => {
  for (const statement of grant.principalStatements) statement.sid = sid;
};
