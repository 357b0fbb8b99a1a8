import { App } from 'aws-cdk-lib';
import { MemberStack, type MemberStackProps } from './stacks/member-stack.ts';

/** The member template as text, small enough for a StackSet. */
export const memberTemplate = (
  props: Pick<MemberStackProps, 'rules' | 'config' | 'organization'>,
): Readonly<Record<string, unknown>> => {
  // In an app of its own: in the guard's it would be one more stack to deploy.
  const app = new App({ analyticsReporting: false });
  new MemberStack(app, 'KmsGuardMember', props);
  const template: unknown = app.synth().getStackByName('KmsGuardMember').template;
  if (typeof template !== 'object' || template === null) throw new TypeError('the member template is empty');
  return { ...template };
};
