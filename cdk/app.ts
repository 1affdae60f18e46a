import { App, CfnOutput, type CfnOutputProps, Stack, Validations } from 'aws-cdk-lib';
import { AwsSolutionsChecks, ServerlessChecks } from 'cdk-nag';
import settings from '../cdk.json' with { type: 'json' };
import { KlarnaRelay } from './klarna-relay.ts';

type RelayAppOptions = {
  /** Added to the feature flags of cdk.json. */
  readonly context?: Record<string, unknown>;
  /** @default - a directory for temporary files, or the one that the CDK CLI chooses */
  readonly outdir?: string;
};

/** One stack with one relay. It is what gets deployed, and the local run reads its wiring from it. */
export function relayApp({ context, outdir }: RelayAppOptions = {}): App {
  const app = new App({
    context: { ...settings.context, ...context },
    analyticsReporting: settings.versionReporting,
    ...(outdir && { outdir }),
  });
  Validations.of(app).addPlugins(new AwsSolutionsChecks(app), new ServerlessChecks(app));
  const stack = new Stack(app, 'KlarnaRelay', {
    description: "Receives Klarna's callbacks and publishes one ordered stream of changes per payment",
  });
  const relay = new KlarnaRelay(stack, 'Relay');
  for (const [name, output] of Object.entries(outputsOf(relay))) new CfnOutput(stack, name, output);
  return app;
}

const outputsOf = (relay: KlarnaRelay): Record<string, CfnOutputProps> => ({
  CallbackBase: { value: relay.callbackBase, description: 'Callback URLs start with this' },
  BusName: { value: relay.bus.eventBusName, description: 'Subscribe to this EventBridge bus' },
  CallbackSecretArn: { value: relay.callbackSecret.secretArn, description: 'Holds the key that mints callback URLs' },
  AccountsSecretArn: { value: relay.accountsSecret.secretArn, description: "Fill in Klarna's API credentials here" },
  TableName: { value: relay.table.tableName, description: 'The payments, for replay and redrive' },
  DiscardedUrl: {
    value: relay.deadLetters.discarded.queueUrl,
    description: 'Dead letters: rows of the stream that Lambda discarded after 23 h, for redrive',
  },
  UndeliverableUrl: {
    value: relay.deadLetters.undeliverable.queueUrl,
    description: 'Dead letters: changes that EventBridge could not process, for redrive',
  },
  MissedWakeUpsUrl: {
    value: relay.deadLetters.missedWakeUps.queueUrl,
    description: 'Dead letters: lost wake-ups of the function that runs due tasks, for redrive',
  },
});

if (import.meta.main) relayApp().synth();
