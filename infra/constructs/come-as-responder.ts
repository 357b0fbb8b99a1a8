import { Stack } from 'aws-cdk-lib';
import type { Role } from 'aws-cdk-lib/aws-iam';
import type { OrganizationConfig } from '../../shared/config/organization-config.ts';
import { allow } from './allow.ts';

const everyMember =
  'The same role in every account of the organization, also in those of tomorrow; its trust policy names who may come.';

/** In any account of the organization, only that one role; what it may do there is for its own policies to say. */
export const comeAsResponder = (role: Role, { id, responderRole }: OrganizationConfig): void => {
  const { partition } = Stack.of(role);
  allow(role, {
    sid: 'ComeAsResponder',
    actions: ['sts:AssumeRole', 'sts:SetSourceIdentity'],
    resources: [['arn', partition, 'iam', '', '*', `role/${responderRole}`]],
    conditions: { StringEquals: { 'aws:ResourceOrgID': id } },
    why: everyMember,
  });
};
