import { known, unknown } from '../../shared/facts/facts.ts';
import { keyUntagged } from '../../shared/rules/key-untagged.ts';
import { inputWith } from '../support/perfect-key.ts';
import { reachesEveryText } from '../support/policy-columns.ts';
import { notSwept, swept, undescribed } from '../support/sweep-columns.ts';
import { type Columns, twoColumns } from '../support/two-columns.ts';

const config = { requiredTags: ['owner', 'data-class'] };
const tagged = (tags: Readonly<Record<string, string>>) => swept({ tags: known(tags) }, {}, config);
const untagged = tagged({});

const columns = {
  compliant: [
    { name: 'both tags', input: tagged({ owner: 'orders', 'data-class': 'secret' }) },
    { name: 'more tags than required', input: tagged({ owner: 'orders', 'data-class': 'secret', team: 'x' }) },
    { name: 'nothing is required', verdict: 'notApplicable', input: inputWith({}) },
    ...notSwept(untagged),
  ],
  violating: [
    {
      name: 'no tag at all',
      message: 'missing',
      severity: 'low',
      input: untagged,
      data: { missing: ['owner', 'data-class'] },
    },
    { name: 'one of two', message: 'missing', input: tagged({ owner: 'orders' }), data: { missing: ['data-class'] } },
    {
      name: 'another case',
      message: 'missing',
      input: tagged({ Owner: 'orders', 'data-class': 'secret' }),
      data: { missing: ['owner'] },
    },
    {
      name: 'an empty value',
      message: 'missing',
      input: tagged({ owner: ' ', 'data-class': 'secret' }),
      data: { missing: ['owner'] },
    },
    {
      name: 'a tag key that every object has',
      message: 'missing',
      input: swept({}, {}, { requiredTags: ['constructor'] }),
      data: { missing: ['constructor'] },
    },
    {
      name: 'the tags cannot be read',
      verdict: 'undetermined',
      message: 'unreadable',
      input: swept({ tags: unknown('access-denied', 'kms:ListResourceTags') }, {}, config),
      data: { fact: 'tags', reason: 'access-denied' },
    },
    ...undescribed().map((row) => ({ ...row, input: { ...row.input, config: untagged.config } })),
  ],
} satisfies Columns;

twoColumns(keyUntagged, columns);
reachesEveryText(keyUntagged, columns.violating);
