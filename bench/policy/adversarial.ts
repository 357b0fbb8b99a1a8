import { account, allow, delegation, deny, filled, policy } from './samples.ts';

const stars = (i: number): string => Array.from({ length: 12 }, (_, k) => `*a${(i * 7 + k) % 10}`).join('');

/** Within KMS's size, and meant to hurt. */
export const adversarial: readonly (readonly [string, string])[] = [
  [
    'nested wildcards',
    policy(
      delegation,
      allow('*', 'kms:Decrypt', {
        Condition: {
          StringLike: { 'aws:PrincipalTag/x': '*a*a*a*a*a*a*a*a*a*b' },
          StringNotLike: { 'aws:PrincipalTag/x': Array.from({ length: 40 }, (_, i) => stars(i)) },
        },
      }),
    ),
  ],
  [
    'wildcards on both sides',
    filled((i) =>
      i % 2 === 0
        ? deny('*', { StringLike: { 'aws:PrincipalTag/x': stars(i) } })
        : allow('*', '*', { Condition: { StringLike: { 'aws:PrincipalTag/x': `*${i}*${stars(i)}` } } }),
    ),
  ],
  [
    'three-way denies',
    filled((i) =>
      i === 0
        ? allow('*', 'kms:*')
        : deny('kms:*', {
            StringEquals: {
              [`aws:PrincipalTag/p${(i * 7) % 20}`]: String(i % 2),
              [`aws:PrincipalTag/p${(i * 13 + 5) % 20}`]: String((i >> 1) % 2),
              [`aws:PrincipalTag/p${(i * 29 + 11) % 20}`]: String((i >> 2) % 2),
            },
          }),
    ),
  ],
  [
    '300 statements',
    filled((i) =>
      i % 3 === 0
        ? allow('*', ['kms:De*', `kms:${'*?'.repeat(i % 9)}t`])
        : deny('kms:*', { StringLike: { 'aws:userid': `*${i}*` } }),
    ),
  ],
  [
    'one list of accounts',
    policy(
      allow(
        Array.from({ length: 2_000 }, (_, i) => account(i)),
        'kms:*',
      ),
    ),
  ],
  [
    'accounts against denies',
    policy(
      allow(
        Array.from({ length: 600 }, (_, i) => account(i)),
        'kms:*',
      ),
      ...Array.from({ length: 120 }, (_, i) =>
        deny('*', { StringLike: { 'aws:PrincipalArn': `*${i}?*x*`, [`aws:PrincipalTag/a${i % 5}`]: `*${i}*` } }),
      ),
    ),
  ],
  [
    'not-likes that leave one',
    policy(
      allow('*', 'kms:Decrypt', {
        Condition: {
          StringNotLike: { 'aws:PrincipalArn': Array.from({ length: 900 }, (_, i) => `*${i.toString(36)}`) },
        },
      }),
    ),
  ],
  [
    'variables',
    filled((i) =>
      i % 2 === 0
        ? allow('*', 'kms:Decrypt', {
            Condition: {
              StringLike: {
                [`aws:PrincipalTag/a${i % 6}`]: '${aws:PrincipalTag/b}*${aws:PrincipalTag/c}',
                'aws:PrincipalTag/z': '${aws:PrincipalTag/d}',
              },
            },
          })
        : deny('*', { StringNotLike: { 'aws:PrincipalTag/b': `*\${aws:PrincipalTag/a${i % 6}}*` } }),
    ),
  ],
  [
    'services against sources',
    policy(
      ...Array.from({ length: 50 }, (_, i) => ({
        Effect: 'Allow',
        Principal: { Service: [`s${i}.amazonaws.com`, 'x.amazonaws.com'] },
        Action: '*',
        Resource: '*',
        Condition: {
          StringLike: { 'aws:SourceArn': `*${account(i)}*:*a*b*` },
          StringNotLike: { 'aws:SourceArn': `*a*${i}*` },
        },
      })),
    ),
  ],
  [
    'organization paths',
    policy(
      ...Array.from({ length: 80 }, (_, i) =>
        allow('*', 'kms:De*', {
          Condition: {
            'ForAnyValue:StringLike': { 'aws:PrincipalOrgPaths': `o-${String(i).padStart(10, 'a')}/*/ou-*${i}/*` },
          },
        }),
      ),
      ...Array.from({ length: 40 }, (_, i) =>
        deny('*', { 'ForAllValues:StringNotLike': { 'aws:PrincipalOrgPaths': `*/ou-${i}*` } }),
      ),
    ),
  ],
];
