import { describe, expect, it } from 'vitest';
import { UsageError } from '../../cli/command.ts';
import { statusOf } from '../../cli/policy-diff.ts';
import { diffPolicies, zoneOf } from '../../shared/policy/index.ts';
import {
  allow,
  delegation,
  FOREIGN,
  KEY_ARN,
  OWN,
  type Part,
  policyOf,
  role,
  root,
} from '../support/policy-fixtures.ts';
import { file, policy, policyFile, run } from '../support/run-policy.ts';

const open = allow('*', 'kms:Decrypt', { Sid: 'Open' });
const partner = allow(root(FOREIGN), 'kms:Decrypt', { Sid: 'Partner' });

describe('policy check', () => {
  it('prints the analysis as JSON, and its status says whether there is something to flag', async () => {
    const { status, out } = await run(['check', policyFile(delegation, partner), '--account', OWN, '--json']);
    expect(status).toBe(1);
    expect(JSON.parse(out)).toMatchObject({
      public: false,
      crossAccount: true,
      service: false,
      manageable: 'robust',
      access: [
        {
          who: 'external',
          principal: `arn:aws:iam::${FOREIGN}:root`,
          actions: ['kms:Decrypt'],
          statements: ['Partner'],
          certain: true,
          witness: { action: 'kms:Decrypt' },
        },
        { who: 'account' },
      ],
      findings: [{ rule: 'policy-cross-account', verdict: 'violation', severity: 'high' }],
    });
    expect((await run(['check', policyFile(delegation), '--account', OWN, '--json'])).status).toBe(0);
    expect((await run(['check', policyFile(delegation, partner), '--key', KEY_ARN, '--trust', FOREIGN])).status).toBe(
      0,
    );
  });

  it('shows a person who can do what, by which lines, and a request that proves it', async () => {
    const { out } = await run(['check', policyFile(delegation, open), '--account', OWN]);
    expect(out).toMatch(/^Public +yes$/m);
    expect(out).toMatch(/^anyone +\* +Decrypt +Open$/m);
    expect(out).toMatch(/For example: arn:aws:iam::\d{12}:role\/any calls kms:Decrypt\./);
    expect(out).toMatch(/^ +\d+ \| +"Sid": "Open"/m);
  });

  it('says what keeps a stranger out', async () => {
    const pinned = { ...open, Condition: { StringEquals: { 'aws:PrincipalOrgID': 'o-own0000001' } } };
    const { out } = await run(['check', policyFile(delegation, pinned), '--account', OWN, '--org', 'o-own0000001']);
    expect(out).toContain('A stranger is kept out:\n  Open stops at StringEquals aws:PrincipalOrgID o-own0000001');
  });

  it('answers a batch line by line, in order, with errors in their place', async () => {
    const lines = [
      { id: 1, policy: policy(delegation), account: OWN },
      { id: 'two', policy: JSON.stringify(policy(open)), account: OWN, trust: [] },
      { id: 3, policy: policy({ ...open, Principal: { Federated: 'x.example.com' } }), account: OWN },
      { id: 4, policy: policy(open), account: '1' },
      { id: 5, policy: policy(delegation, partner), account: OWN, org: null, key: KEY_ARN, trust: [FOREIGN] },
    ].map((line) => JSON.stringify(line));
    const text = [
      ...lines.slice(0, 3),
      'nonsense',
      '',
      ...lines.slice(3),
      '{"id":6,"policy":{"Statement":[],"Statement":[]}}',
      '{"id":"ключ","policy":{"Id":"ключ","Statement":[]}}',
      `{"id":8,"policy":{"Statement":[]${' '.repeat(33_000)}}}`,
    ].join('\n');
    const { status, out } = await run(['check', '--batch', file(text)]);
    const answers = out
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line) as { id: unknown; public?: boolean; error?: string });
    expect(answers.map((one) => [one.id, one.public ?? one.error])).toEqual([
      [1, false],
      ['two', true],
      [3, '$.Statement[0].Principal.Federated: "x.example.com": Federated is not a type of principal in a key policy'],
      [null, expect.stringMatching(/^not JSON/)],
      [4, 'account "1" is not a 12-digit account id'],
      [5, false],
      [6, '$.Statement: this name appears twice'],
      ['ключ', '$: the character at offset 7 is outside Basic Latin and Latin-1'],
      [8, expect.stringMatching(/^\$: 330\d\d characters: a key policy has at most 32768/)],
    ]);
    expect(status).toBe(3);
  });
});

describe('policy diff', () => {
  const between = async (before: readonly Part[], after: readonly Part[]) =>
    run(['diff', policyFile(...before), policyFile(...after), '--account', OWN, '--json']);

  it.each([
    [
      0,
      'nothing but the order changed',
      [delegation, partner],
      [partner, delegation],
      { gained: [], lost: [], becamePublic: false },
    ],
    [
      1,
      'the world got in',
      [delegation],
      [delegation, open],
      { becamePublic: true, gained: [{ who: 'public' }, { who: 'service' }] },
    ],
    [0, 'a partner went', [delegation, partner], [delegation], { gained: [], lost: [{ who: 'external' }] }],
    [
      0,
      'a role of our own came',
      [delegation],
      [delegation, allow(role('App'), 'kms:Decrypt')],
      { gained: [], delegation: { gained: [] } },
    ],
    [
      1,
      'nobody can change it any more',
      [delegation],
      [allow(root(), 'kms:Decrypt')],
      { becameUnmanageable: true, delegation: { lost: [{ who: 'account' }] } },
    ],
  ] as const)('status %i: %s', async (status, _name, before, after, wanted) => {
    const result = await between(before, after);
    expect(JSON.parse(result.out)).toMatchObject(wanted);
    expect(result.status).toBe(status);
  });

  it.each([
    [0, {}],
    [1, { becamePublic: true }],
    [1, { becameUnmanageable: true }],
  ])('status %i for %j, whoever gained', (status, found) => {
    const nothing = diffPolicies({ before: policyOf(delegation), after: policyOf(delegation) }, zoneOf(OWN));
    expect(statusOf({ ...nothing, ...found })).toBe(status);
  });

  it('tells a person in a line each', async () => {
    const { out } = await run(['diff', policyFile(delegation), policyFile(delegation, partner), '--account', OWN]);
    expect(out).toBe(`+ arn:aws:iam::${FOREIGN}:root (outside) Decrypt  by Partner\n`);
  });
});

describe('a byte order mark, as Windows writes it', () => {
  it('is no part of a policy, nor of a batch', async () => {
    const text = JSON.stringify(policy(delegation));
    expect((await run(['check', file(`\uFEFF${text}`), '--account', OWN])).status).toBe(0);
    expect((await run(['check', '-', '--account', OWN], `\uFEFF${text}`)).status).toBe(0);
    const line = `\uFEFF${JSON.stringify({ id: 1, policy: text, account: OWN })}`;
    for (const from of ['-', file(line)]) expect((await run(['check', '--batch', from], line)).status).toBe(0);
  });
});

describe('bad usage is one line that says what to do', () => {
  it.each([
    [[], /^policy: say check, can or diff/],
    [['check'], /^policy check: name one FILE/],
    [['check', 'nowhere.json', '--account', OWN], /^policy check: nowhere\.json: cannot be read/],
    [['check', 'x.json'], /say whose key it is with --account/],
    [['check', 'x.json', '--account', '12'], /account "12" is not a 12-digit account id/],
    [['check', 'x.json', '--account', OWN, '--trust', 'all'], /trust "all" is not an account/],
    [['check', 'x.json', '--acount', OWN], /--acount/],
    [['can', 'x.json'], /say --principal and --action/],
    [
      ['can', file('{"Statement":1}'), '--principal', '*', '--action', 'kms:X'],
      /KMS refuses this policy: \$\.Statement/,
    ],
    [
      ['check', file('{"Statement":[\n{"a":1}\n{}]}'), '--account', OWN],
      /^policy check: \S+\.json: not JSON: expected "\]" \(line 3\)$/,
    ],
    [['check', file('{"Policy":"{}","PolicyName":"default"}'), '--account', OWN], /--query Policy --output text/],
    [['check', 'x.json', '--account', FOREIGN, '--key', KEY_ARN], /--key is of account 111122223333, not 444455556666/],
    [['diff', 'x.json', 'y.json', '--account', OWN, '--key', 'alias/app'], /"alias\/app" is not the ARN of a key/],
    [['diff', 'x.json'], /name two files/],
  ])('%j', async (args, wanted) => {
    const failure = await run(args).catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(UsageError);
    expect(failure).toMatchObject({ message: expect.stringMatching(wanted) });
  });
});
