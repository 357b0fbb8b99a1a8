import { partsOfKeyArn } from '../calls/key-arn.ts';

const domains: Readonly<Record<string, string>> = {
  aws: 'aws.amazon.com',
  'aws-cn': 'amazonaws.cn',
  'aws-us-gov': 'amazonaws-us-gov.com',
};

/** The key's page in the AWS console of its partition; null where the ARN is none or the partition has no console we know. */
export const consoleLink = (keyArn: string | null): string | null => {
  const domain = domains[partsOfKeyArn(keyArn)?.partition ?? ''];
  if (keyArn === null || domain === undefined) return null;
  const [, , , region = '', , resource = ''] = keyArn.split(':');
  const id = resource.slice('key/'.length);
  return `https://${region}.console.${domain}/kms/home?region=${region}#/kms/keys/${id}`;
};
