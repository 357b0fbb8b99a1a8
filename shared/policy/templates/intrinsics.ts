import { isObject } from '../parse-statement.ts';
import type { JsonObject, JsonValue } from '../read-json.ts';

/** What a deployment will know and this machine may: an intrinsic that stands on nothing else has a value. */
export type Deployment = {
  readonly account: string;
  readonly partition: string;
  readonly region: string | null;
  readonly resources: JsonObject;
};

/** Fills in the intrinsics that can be known; the others stay as they are, and `isIntrinsic` finds them. */
export const resolve = (value: JsonValue, deployment: Deployment): JsonValue => {
  if (Array.isArray(value)) {
    const list: readonly JsonValue[] = value;
    return list.map((one) => resolve(one, deployment));
  }
  if (!isObject(value)) return value;
  if (!isIntrinsic(value)) return new Map([...value].map(([name, one]) => [name, resolve(one, deployment)]));
  const [[name, argument] = ['', null]] = [...value];
  return intrinsic(name, resolve(argument, deployment), deployment) ?? value;
};

export const isIntrinsic = (value: JsonValue): boolean => {
  if (!isObject(value) || value.size !== 1) return false;
  return [...value.keys()].every((name) => name === 'Ref' || name.startsWith('Fn::'));
};

/** Null: not known before the deployment. */
const intrinsic = (name: string, argument: JsonValue, deployment: Deployment): string | null => {
  switch (name) {
    case 'Ref':
      return typeof argument === 'string' ? pseudo(argument, deployment) : null;
    case 'Fn::Sub':
      return typeof argument === 'string' ? substitute(argument, deployment) : null;
    case 'Fn::GetAtt':
      return attribute(argument, deployment);
    case 'Fn::Join':
      return join(argument);
    default:
      return null;
  }
};

const pseudo = (name: string, { account, partition, region }: Deployment): string | null => {
  switch (name) {
    case 'AWS::AccountId':
      return account;
    case 'AWS::Partition':
      return partition;
    case 'AWS::Region':
      return region;
    case 'AWS::URLSuffix':
      return partition === 'aws-cn' ? 'amazonaws.com.cn' : 'amazonaws.com';
    default:
      return null;
  }
};

const substitute = (text: string, deployment: Deployment): string | null => {
  let known = true;
  const filled = text.replaceAll(/\$\{([^!}][^}]*)\}/g, (_whole, inside: string) => {
    const [resource = '', ...path] = inside.split('.');
    const value = path.length === 0 ? pseudo(inside, deployment) : attribute([resource, path.join('.')], deployment);
    if (value === null) known = false;
    return value ?? '';
  });
  // CloudFormation writes ${!x} for a policy variable ${x}.
  return known ? filled.replaceAll('${!', '${') : null;
};

/** The ARN of a role or user of the same template is one of this account, whatever name it gets. */
const attribute = (argument: JsonValue, { account, partition, resources }: Deployment): string | null => {
  const [id, name] = typeof argument === 'string' ? argument.split('.') : Array.isArray(argument) ? argument : [];
  if (typeof id !== 'string' || name !== 'Arn') return null;
  const resource = resources.get(id);
  const type = isObject(resource) ? resource.get('Type') : undefined;
  if (type === 'AWS::IAM::Role') return `arn:${partition}:iam::${account}:role/${id}`;
  return type === 'AWS::IAM::User' ? `arn:${partition}:iam::${account}:user/${id}` : null;
};

const join = (argument: JsonValue): string | null => {
  const [separator, parts] = Array.isArray(argument) ? argument : [];
  if (typeof separator !== 'string' || !Array.isArray(parts)) return null;
  const texts: readonly JsonValue[] = parts;
  return texts.every((part) => typeof part === 'string') ? texts.join(separator) : null;
};
