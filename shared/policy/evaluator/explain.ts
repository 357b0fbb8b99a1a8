import { type Condition, type KeyPolicy, type Statement, statementName } from '../document.ts';
import type { KeyRequest } from '../request.ts';
import { evaluateBoth } from './evaluate.ts';
import { matchStatement, type Obstacle, prepare } from './match-statement.ts';

export type Explained = ReturnType<typeof evaluateBoth> & {
  /** One sentence: the statements that decided or, for an implicit deny, what stops the nearest Allow. */
  readonly because: string;
};

/** `evaluate` with the reason in words. */
export const explainDecision = (policy: KeyPolicy, request: KeyRequest): Explained => {
  const evaluation = evaluateBoth(policy, request);
  return { ...evaluation, because: because(policy, request, evaluation) };
};

const because = (policy: KeyPolicy, request: KeyRequest, evaluation: ReturnType<typeof evaluateBoth>): string => {
  const names = evaluation.statements.map(statementName).join(', ');
  const doubt = evaluation.certain ? '' : ' (AWS does not document this construct)';
  switch (evaluation.decision) {
    case 'Allow':
      return `${names} allows it, and no statement denies it${doubt}`;
    case 'ExplicitDeny':
      return `${names} denies it${doubt}`;
    case 'ImplicitDeny':
      return nearest(policy, request);
  }
};

const ORDER: readonly Obstacle['kind'][] = ['principal', 'action', 'resource', 'condition'];

/** The Allow that came furthest, and what it lacks. */
const nearest = (policy: KeyPolicy, request: KeyRequest): string => {
  const prepared = prepare(policy, request);
  const misses = policy.statements.flatMap((statement) => {
    const { obstacle } = matchStatement(statement, prepared);
    return statement.effect === 'Deny' || obstacle === null ? [] : [{ statement, obstacle }];
  });
  const best = misses.toSorted((a, b) => ORDER.indexOf(b.obstacle.kind) - ORDER.indexOf(a.obstacle.kind))[0];
  if (best === undefined) return 'no statement allows anything';
  return `no statement allows it: ${obstacleText(best.statement, best.obstacle, request)}`;
};

const obstacleText = (statement: Statement, obstacle: Obstacle, request: KeyRequest): string => {
  const name = statementName(statement);
  switch (obstacle.kind) {
    case 'principal':
      return `${name} is about other principals`;
    case 'action':
      return `${name} does not cover ${request.action}`;
    case 'resource':
      return `${name} is not about this key`;
    case 'condition':
      return `${name} stops at ${conditionText(obstacle.condition)}`;
  }
};

/** `StringEquals aws:PrincipalOrgID o-a1b2c3d4e5`, cut when long. */
export const conditionText = ({ operator, key, values }: Condition): string => {
  const list = values.slice(0, 3).join(' or ');
  return `${operator.text} ${key} ${list}${values.length > 3 ? ` or ${values.length - 3} more` : ''}`;
};
