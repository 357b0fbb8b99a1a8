import { S3Client } from '@aws-sdk/client-s3';
import { awsEstate } from '../../shared/adapters/sweep-estate.ts';
import { s3Results } from '../../shared/adapters/sweep-results.ts';
import { systemClock } from '../../shared/adapters/system-clock.ts';
import { sweepPlanEnvSchema } from '../../shared/config/sweep-env.ts';
import { planSweep, planTaskSchema } from '../../shared/sweep/plan.ts';
import { memberAccess } from '../../shared/sweep/member-access.ts';
import { bundledConfig, sweepHandler } from '../sweep-handler.ts';

const env = sweepPlanEnvSchema.parse(process.env);
const config = bundledConfig();
const results = s3Results(new S3Client({ maxAttempts: 5 }), env.BUCKET_NAME);
const member = memberAccess(config);

/** Writes down which accounts and Regions are looked at. */
export const handler = sweepHandler('sweep-plan', async (event, _context, log) => {
  const estate = awsEstate({ clock: systemClock, ...member });
  const planned = await planSweep(planTaskSchema.parse(event), config, { estate, clock: systemClock, results });
  log.info('planned', planned);
  return planned;
});
