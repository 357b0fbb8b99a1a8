/**
 * List prices of us-east-1 in US dollars, and what an account has free every month without end (not the first year's).
 * Looked up in November 2026, in copies of the pages that `source` names and in guides that cite them; those of X-Ray, SNS
 * and of logs kept and asked are from memory: look them up before you rely on them.
 */
export type Price = {
  readonly service: string;
  readonly unit: string;
  /** For one unit. */
  readonly dollars: number;
  /** Units a month. */
  readonly free: number;
  readonly source: string;
};

const aws = (path: string): string => `https://aws.amazon.com/${path}/pricing/`;
const million = 1_000_000;
const of = (service: string, unit: string, rest: Omit<Price, 'service' | 'unit'>): Price => ({
  service,
  unit,
  ...rest,
});

export const prices = {
  requests: of('Lambda', 'invocation', { dollars: 0.2 / million, free: million, source: aws('lambda') }),
  compute: of('Lambda', 'GB-second on arm64', { dollars: 0.000_013_333_4, free: 400_000, source: aws('lambda') }),
  queues: of('SQS', 'request to a standard queue', { dollars: 0.4 / million, free: million, source: aws('sqs') }),
  fifo: of('SQS', 'request to a FIFO queue', { dollars: 0.5 / million, free: 0, source: aws('sqs') }),
  writes: of('DynamoDB', 'write request unit', { dollars: 0.625 / million, free: 0, source: aws('dynamodb') }),
  reads: of('DynamoDB', 'read request unit', { dollars: 0.125 / million, free: 0, source: aws('dynamodb') }),
  table: of('DynamoDB', 'GB-month stored', { dollars: 0.25, free: 25, source: aws('dynamodb') }),
  recovery: of('DynamoDB', 'GB-month of point-in-time recovery', { dollars: 0.2, free: 0, source: aws('dynamodb') }),
  events: of('EventBridge', 'custom or cross-account event', {
    dollars: 1 / million,
    free: 0,
    source: aws('eventbridge'),
  }),
  schedules: of('EventBridge', 'invocation of a schedule', {
    dollars: 1 / million,
    free: 14 * million,
    source: aws('eventbridge'),
  }),
  transitions: of('Step Functions', 'state transition', {
    dollars: 0.000_025,
    free: 4_000,
    source: aws('step-functions'),
  }),
  traces: of('X-Ray', 'trace recorded', { dollars: 5 / million, free: 100_000, source: aws('xray') }),
  puts: of('S3', 'PUT or LIST request', { dollars: 0.005 / 1_000, free: 0, source: aws('s3') }),
  gets: of('S3', 'GET request', { dollars: 0.0004 / 1_000, free: 0, source: aws('s3') }),
  objects: of('S3', 'GB-month stored', { dollars: 0.023, free: 0, source: aws('s3') }),
  alarms: of('CloudWatch', 'metric in an alarm', { dollars: 0.1, free: 10, source: aws('cloudwatch') }),
  metrics: of('CloudWatch', 'custom metric, by the hour in which it is sent', {
    dollars: 0.3,
    free: 10,
    source: aws('cloudwatch'),
  }),
  dashboards: of('CloudWatch', 'dashboard', { dollars: 3, free: 3, source: aws('cloudwatch') }),
  // One allowance of 5 GB is for all three.
  logs: of('CloudWatch', 'GB of logs', { dollars: 0.5, free: 2, source: aws('cloudwatch') }),
  archive: of('CloudWatch', 'GB-month of logs kept', { dollars: 0.03, free: 2, source: aws('cloudwatch') }),
  queries: of('CloudWatch', 'GB of logs that the dashboard asks', {
    dollars: 0.005,
    free: 1,
    source: aws('cloudwatch'),
  }),
  mails: of('SNS', 'mail', { dollars: 2 / 100_000, free: 1_000, source: aws('sns') }),
  keyRequests: of('KMS', 'request', { dollars: 0.03 / 10_000, free: 20_000, source: aws('kms') }),
} as const satisfies Readonly<Record<string, Price>>;

export type PriceName = keyof typeof prices;
