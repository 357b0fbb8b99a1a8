import { Stack, Validations } from 'aws-cdk-lib';
import { type Conditions, PolicyStatement, type Role } from 'aws-cdk-lib/aws-iam';

export type Allowed = {
  readonly sid: string;
  readonly actions: readonly string[];
  /** Each as its parts: of an ARN those between its colons, or an attribute and what follows it. */
  readonly resources: readonly (readonly string[])[];
  /** Why a wildcard in a resource is right; without one the wildcard fails synthesis. */
  readonly why?: string;
  readonly conditions?: Conditions;
  /** Between the parts of a resource. @default ':' */
  readonly joint?: string;
};

/** One statement of a role. Each wildcard is acknowledged by itself, so that any other still fails synthesis. */
export const allow = (role: Role, allowed: Allowed): void => {
  const { sid, actions, resources, why, conditions = {}, joint = ':' } = allowed;
  if (actions.length === 0) return;
  const texts = resources.map((parts) => parts.join(joint));
  role.addToPolicy(new PolicyStatement({ sid, actions: [...actions], resources: texts, conditions }));
  for (const parts of resources) {
    if (why === undefined || !parts.some((part) => part.includes('*'))) continue;
    const shown = parts.map((part) => shownBy(role, part)).join(joint);
    Validations.of(role).acknowledge({ id: `AwsSolutions-IAM5[Resource::${shown}]`, reason: why });
  }
};

/** A part as cdk-nag names it: `<AWS::Region>`, `<BucketA1B2C3.Arn>` where the stack does not know its own. */
const shownBy = (role: Role, part: string): string => {
  const resolved: unknown = Stack.of(role).resolve(part);
  if (typeof resolved !== 'object' || resolved === null) return part;
  if ('Ref' in resolved) return `<${String(resolved.Ref)}>`;
  const attribute = 'Fn::GetAtt' in resolved ? resolved['Fn::GetAtt'] : null;
  return Array.isArray(attribute) ? `<${attribute.join('.')}>` : part;
};
