import { App, CfnOutput, Stack, Validations } from 'aws-cdk-lib';
import { AwsSolutionsChecks, ServerlessChecks } from 'cdk-nag';
import settings from '../cdk.json' with { type: 'json' };
import { KlarnaRelay } from './klarna-relay.ts';

export type RelayAppOptions = {
  /** Added to the feature flags of cdk.json. */
  readonly context?: Record<string, unknown>;
  /** @default - a directory for temporary files, or the CDK CLI's choice */
  readonly outdir?: string;
};

/** One stack with one relay: what is deployed, and what the local run reads its wiring from. */
export function relayApp({ context, outdir }: RelayAppOptions = {}): App {
  const app = new App({
    context: { ...settings.context, ...context },
    analyticsReporting: settings.versionReporting,
    ...(outdir && { outdir }),
  });
  Validations.of(app).addPlugins(new AwsSolutionsChecks(app), new ServerlessChecks(app));
  const stack = new Stack(app, 'KlarnaRelay', { description: "Klarna's callbacks as one ordered stream of changes" });
  const relay = new KlarnaRelay(stack, 'Relay');
  const { callbackBase, bus, table, callbackSecret, accountsSecret, deadLetters } = relay;
  new CfnOutput(stack, 'CallbackBase', { value: callbackBase, description: 'What callback URLs start with' });
  new CfnOutput(stack, 'BusName', { value: bus.eventBusName, description: 'Subscribe here' });
  new CfnOutput(stack, 'CallbackSecretArn', { value: callbackSecret.secretArn, description: 'Mints callback URLs' });
  new CfnOutput(stack, 'AccountsSecretArn', {
    value: accountsSecret.secretArn,
    description: 'Fill in Klarna credentials',
  });
  new CfnOutput(stack, 'TableName', { value: table.tableName, description: 'Payments: for replay and redrive' });
  for (const [name, queue] of Object.entries(deadLetters)) {
    const description = 'Dead letters: for redrive';
    new CfnOutput(stack, `${name[0]?.toUpperCase()}${name.slice(1)}Url`, { value: queue.queueUrl, description });
  }
  return app;
}

if (import.meta.main) relayApp().synth();
