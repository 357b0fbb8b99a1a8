import type { KeyRequest } from '../../shared/policy/request.ts';
import { conditionTruth } from './plain-conditions.ts';
import { type Json, least, like, list, most, opposite, sure, texts, type Truth } from './plain-truth.ts';

/**
 * A second evaluator, written from the same page but not from the same code: it works on the JSON document, by the most
 * literal means it can find (recursion, strings), and knows nothing of speed. Three-valued: 'maybe' where AWS is silent.
 */
export const plainDecision = (document: Json, request: KeyRequest, reading: 'broad' | 'narrow'): string => {
  const statements = list(document['Statement']).map((one) => one as Json);
  const truths = statements.map((one) => ({ effect: one['Effect'], truth: statementTruth(one, document, request) }));
  const counts = (effect: string, truth: Truth): boolean =>
    (effect === 'Allow') === (reading === 'broad') ? truth !== 'no' : truth === 'yes';
  const hit = (effect: string): boolean => truths.some((one) => one.effect === effect && counts(effect, one.truth));
  return hit('Deny') ? 'ExplicitDeny' : hit('Allow') ? 'Allow' : 'ImplicitDeny';
};

const statementTruth = (statement: Json, document: Json, request: KeyRequest): Truth => {
  const parts = [
    principalTruth(statement, request),
    actionTruth(statement, request),
    resourceTruth(statement, document, request),
  ];
  for (const [operator, keys] of Object.entries((statement['Condition'] ?? {}) as Json)) {
    for (const [key, values] of Object.entries(keys as Json)) {
      parts.push(
        conditionTruth(
          operator,
          { key, values: texts(values), variables: document['Version'] === '2012-10-17' },
          request,
        ),
      );
    }
  }
  return least(parts);
};

/** How a listed principal and the caller relate. */
const relation = (
  entry: string,
  kind: string,
  request: KeyRequest,
): 'everyone' | 'same' | 'account' | 'role' | 'user' | 'none' => {
  if (entry === '*') return 'everyone';
  if (kind === 'Service') return request.principalType === 'Service' && request.principal === entry ? 'same' : 'none';
  if (request.principalType !== 'AWS') return 'none';
  const [, partition, , , account, resource = ''] = request.principal.split(':');
  const root = `arn:${partition}:iam::${account}:root`;
  if (entry === account || entry === root) return resource === 'root' ? 'same' : 'account';
  if (entry === request.principal) return 'same';
  const [type, name] = resource.split('/');
  const entryParts = entry.split(':');
  if (entryParts[4] !== account || entryParts[1] !== partition) return 'none';
  const last = entry.split('/').at(-1);
  if (type === 'assumed-role' && entryParts[5]?.startsWith('role/') && last === name) return 'role';
  if (type === 'federated-user' && entryParts[5]?.startsWith('user/') && last === name) return 'user';
  return 'none';
};

const principalTruth = (statement: Json, request: KeyRequest): Truth => {
  const negated = statement['NotPrincipal'] !== undefined;
  const element = statement['Principal'] ?? statement['NotPrincipal'];
  const entries =
    element === '*'
      ? [['*', 'AWS']]
      : Object.entries(element as Json).flatMap(([kind, value]) => texts(value).map((text) => [text, kind]));
  const relations = entries.map(([text = '', kind = '']) => relation(text, kind, request));
  const related = relations.filter((one) => one !== 'none');
  if (!negated) return sure(related.length > 0);
  if (related.length === 0) return 'yes';
  if (related.includes('everyone')) return 'no';
  const session = request.principal.includes(':assumed-role/');
  const listed = related.includes('same') && (!session || related.includes('role'));
  if (statement['Effect'] === 'Allow') return listed ? 'no' : 'maybe';
  const account = request.principal.split(':')[4];
  const accountListed = entries.some(
    ([text = '']) => text === account || (text.endsWith(':root') && text.split(':')[4] === account),
  );
  if (listed) return accountListed || request.principalType === 'Service' ? 'no' : 'maybe';
  const othersOfAccount = entries.some(
    ([text = '']) => text !== account && text.split(':')[4] === account && !text.endsWith(':root'),
  );
  return accountListed && !othersOfAccount ? 'maybe' : 'yes';
};

const actionTruth = (statement: Json, request: KeyRequest): Truth => {
  const one = (pattern: string): Truth => {
    if (pattern === '*') return 'yes';
    const [service = '', name] = pattern.split(':');
    if (name === undefined || !like(pattern.toLowerCase(), request.action.toLowerCase())) return 'no';
    return service.includes('*') || service.includes('?') ? 'maybe' : 'yes';
  };
  const [plain, not] = [statement['Action'], statement['NotAction']];
  if (plain !== undefined) return most(texts(plain).map(one));
  return not === undefined ? 'no' : opposite(most(texts(not).map(one)));
};

const resourceTruth = (statement: Json, document: Json, request: KeyRequest): Truth => {
  const [plain, not] = [statement['Resource'], statement['NotResource']];
  const one = (pattern: string): Truth => {
    if (document['Version'] !== '2012-10-17' || !pattern.includes('${')) {
      return sure(pattern === '*' || like(pattern, request.resource ?? ''));
    }
    return like(pattern.replaceAll(/\$\{.*?\}/g, '*'), request.resource ?? '') ? 'maybe' : 'no';
  };
  if (plain !== undefined) return most(texts(plain).map(one));
  return not === undefined ? 'no' : opposite(most(texts(not).map(one)));
};
