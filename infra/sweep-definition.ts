/** The sweep's state machine in the Amazon States Language: data, so that it can be tested as such. */
export type SweepDefinition = {
  readonly partition: string;
  /** ARNs of the functions. */
  readonly plan: string;
  readonly keys: string;
  readonly close: string;
  /** The bucket's name. */
  readonly bucket: string;
  readonly regionsAtOnce: number;
  readonly toleratedFailuresPercent: number;
  /** Seconds that a function may take. */
  readonly functionTimeout: number;
};

/** Keys of one Region whose last use is asked for in one night, at 2.5 a second. */
const lastUseAsks = 10_000;
/** A sweep ends before the next one begins. */
const timeoutInSeconds = 23 * 3_600;

/** Faults of AWS that pass, and `RetryableFault`, which says so of itself; anything else is tried once more. */
const retry = [
  {
    ErrorEquals: [
      'RetryableFault',
      'Lambda.ClientExecutionTimeoutException',
      'Lambda.ServiceException',
      'Lambda.AWSLambdaException',
      'Lambda.SdkClientException',
      'Lambda.TooManyRequestsException',
    ],
    IntervalSeconds: 5,
    BackoffRate: 2,
    MaxAttempts: 6,
    MaxDelaySeconds: 300,
    JitterStrategy: 'FULL',
  },
  { ErrorEquals: ['States.ALL'], IntervalSeconds: 10, BackoffRate: 2, MaxAttempts: 1 },
];

const caught = (Next: string) => [{ ErrorEquals: ['States.ALL'], ResultPath: '$.failure', Next }];

export const sweepDefinition = (of: SweepDefinition) => {
  /** Without a payload a function gets the state's input, all of it. */
  const step = (FunctionName: string, Payload: Readonly<Record<string, unknown>> | null) => ({
    Type: 'Task',
    Resource: `arn:${of.partition}:states:::lambda:invoke`,
    Parameters: { FunctionName, ...(Payload === null ? { 'Payload.$': '$' } : { Payload }) },
    OutputPath: '$.Payload',
    TimeoutSeconds: of.functionTimeout + 30,
    Retry: retry,
  });
  const settle = step(of.close, { step: 'region', 'task.$': '$' });
  return {
    Comment: 'kms-guard: every key of every account and Region',
    StartAt: 'Plan',
    TimeoutSeconds: timeoutInSeconds,
    States: {
      Plan: {
        ...step(of.plan, { 'id.$': '$$.Execution.Name', 'startedAt.$': '$$.Execution.StartTime' }),
        Next: 'AnyRegion',
      },
      AnyRegion: {
        Type: 'Choice',
        Choices: [{ Variable: '$.places', NumericGreaterThan: 0, Next: 'Regions' }],
        Default: 'Close',
      },
      Regions: {
        Type: 'Map',
        Label: 'Regions',
        ...worklist(of),
        MaxConcurrency: of.regionsAtOnce,
        ToleratedFailurePercentage: of.toleratedFailuresPercent,
        // Children may take hours, and Express ones only five minutes.
        ItemProcessor: {
          ProcessorConfig: { Mode: 'DISTRIBUTED', ExecutionType: 'STANDARD' },
          StartAt: 'Keys',
          States: {
            // Every step of every Region is paid for, every night: the way of a Region that is well has three, and no more.
            Keys: { ...step(of.keys, null), Catch: caught('SettleFailed'), Next: 'AllKeys' },
            AllKeys: {
              Type: 'Choice',
              Choices: [{ Variable: '$.done', BooleanEquals: true, Next: 'Settle' }],
              Default: 'Keys',
            },
            Settle: { ...settle, End: true },
            SettleFailed: { ...settle, Next: 'RegionFailed' },
            RegionFailed: {
              Type: 'Fail',
              Error: 'RegionFailed',
              Cause: 'The Region could not be looked at to its end',
            },
          },
        },
        // The results are in the bucket: what the children end with would not fit through a state.
        ResultPath: null,
        Catch: caught('Close'),
        Next: 'Close',
      },
      Close: { ...step(of.close, { step: 'sweep', 'task.$': '$' }), Next: 'SweepClosed' },
      SweepClosed: whether('SweepFailed', 'SweepDone'),
      SweepFailed: {
        Type: 'Fail',
        Error: 'SweepFailed',
        Cause: 'Too many Regions could not be looked at to their end',
      },
      SweepDone: { Type: 'Succeed' },
    },
  };
};

const whether = (failed: string, done: string) => ({
  Type: 'Choice',
  Choices: [{ Variable: '$.failed', BooleanEquals: true, Next: failed }],
  Default: done,
});

/** What the Map reads, what each child gets, and where the outcome of children is written. */
const worklist = ({ partition, bucket }: SweepDefinition) => ({
  ItemReader: {
    Resource: `arn:${partition}:states:::s3:getObject`,
    ReaderConfig: { InputType: 'JSON' },
    Parameters: { Bucket: bucket, 'Key.$': '$.placesKey' },
  },
  ItemSelector: {
    'sweep.$': '$.sweep',
    'account.$': '$$.Map.Item.Value.account',
    'region.$': '$$.Map.Item.Value.region',
    run: 1,
    cursor: null,
    asksLeft: lastUseAsks,
    pieces: [],
  },
  ResultWriter: {
    Resource: `arn:${partition}:states:::s3:putObject`,
    Parameters: { Bucket: bucket, Prefix: mapRunsPrefix },
  },
});

/** Where Step Functions writes what became of the children. */
export const mapRunsPrefix = 'map-runs';
