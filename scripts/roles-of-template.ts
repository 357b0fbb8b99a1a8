import * as z from 'zod/mini';
import type { Template } from './documented-templates.ts';
import { plainText } from './plain-text.ts';

/** What the roles of a template may do, with intrinsic functions as text. */

const texts = z.pipe(
  z.union([z.string(), z.array(z.string())]),
  z.transform((value): readonly string[] => [value].flat()),
);
const statementSchema = z.object({
  Sid: z.optional(z.string()),
  Effect: z.enum(['Allow', 'Deny']),
  Action: texts,
  Resource: z.optional(texts),
  Principal: z.optional(z.unknown()),
  Condition: z._default(z.record(z.string(), z.unknown()), {}),
});
const documentSchema = z.object({ Statement: z.array(statementSchema) });
const roleSchema = z.object({
  RoleName: z.optional(z.unknown()),
  Description: z._default(z.string(), ''),
  AssumeRolePolicyDocument: documentSchema,
  ManagedPolicyArns: z._default(z.array(z.unknown()), []),
  Policies: z._default(z.array(z.unknown()), []),
});
const policySchema = z.object({ PolicyDocument: documentSchema, Roles: z.array(z.string()) });

export type Statement = z.infer<typeof statementSchema> & {
  /** The condition of the template under which its policy exists. */
  readonly when: string | null;
};

export type DocumentedRole = {
  /** Logical id without its hash. */
  readonly id: string;
  readonly description: string;
  readonly trust: readonly Statement[];
  readonly statements: readonly Statement[];
};

const under = (when: string | null, { Statement }: z.infer<typeof documentSchema>): readonly Statement[] =>
  Statement.map((statement) => ({ ...statement, when }));

/** Every role, in the template's order. Throws for a permission that stands in neither of the ways that it reads. */
export const rolesOf = ({ Resources }: Template): readonly DocumentedRole[] => {
  const resources = Object.entries(Resources);
  const strange = resources.filter(([, { Type }]) => /^AWS::IAM::(ManagedPolicy|User|Group|RolePolicy)/.test(Type));
  if (strange.length > 0) throw new TypeError(`not a policy of a role: ${strange.map(([id]) => id).join(', ')}`);
  const policies = resources.flatMap(([, { Type, Properties, Condition }]) =>
    Type === 'AWS::IAM::Policy' ? [{ when: Condition ?? null, ...policySchema.parse(plainText(Properties)) }] : [],
  );
  return resources.flatMap(([logicalId, { Type, Properties, Condition }]) => {
    if (Type !== 'AWS::IAM::Role') return [];
    const role = roleSchema.parse(plainText(Properties));
    if (role.ManagedPolicyArns.length + role.Policies.length > 0)
      throw new TypeError(`${logicalId} has policies that are not resources`);
    const own = policies.filter(({ Roles }) => Roles.includes(String(plainText({ Ref: logicalId }))));
    return {
      id: logicalId.replace(/[0-9A-F]{8}$/, ''),
      description: role.Description,
      trust: under(Condition ?? null, role.AssumeRolePolicyDocument),
      statements: own.flatMap(({ when, PolicyDocument }) => under(when, PolicyDocument)),
    };
  });
};
