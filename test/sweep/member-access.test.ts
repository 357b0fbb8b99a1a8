import { describe, expect, it } from 'vitest';
import { configSchema } from '../../shared/config/config.ts';
import { memberAccess } from '../../shared/sweep/member-access.ts';

const organization = { id: 'o-a1b2c3d4e5', externalId: 'an-external-id-1' };

describe('how a sweep comes into other accounts', () => {
  it.each([
    ['not at all', {}, {}],
    ['by the role that is named', { sweep: { role: 'Audit' } }, { role: 'Audit' }],
    [
      'as the responder of an organization',
      { organization },
      { role: 'kms-guard-responder', externalId: 'an-external-id-1', sourceIdentity: 'kms-guard' },
    ],
    [
      'by the role that is named, also in an organization',
      { organization, sweep: { role: 'Audit' } },
      { role: 'Audit', externalId: 'an-external-id-1' },
    ],
  ])('%s', (_, config, access) => {
    expect(memberAccess(configSchema.parse(config))).toEqual(access);
  });

  it('must be said where other accounts are to be looked at', () => {
    const sweep = { accounts: ['444455556666'] };
    expect(configSchema.safeParse({ sweep })).toMatchObject({
      success: false,
      error: { issues: [{ path: ['sweep', 'role'], message: expect.stringContaining('must name the role') }] },
    });
    expect(configSchema.safeParse({ sweep, organization })).toMatchObject({ success: true });
  });
});
