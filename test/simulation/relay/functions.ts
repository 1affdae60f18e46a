import type { APIGatewayProxyEventV2, Context, DynamoDBBatchResponse, DynamoDBStreamEvent } from 'aws-lambda';
import { outbox } from '../../../lambdas/aws/outbox.ts';
import { sealTo } from '../../../lambdas/aws/seal.ts';
import { timeouts as clientTimeouts } from '../../../lambdas/aws/timeouts.ts';
import { chargeToken } from '../../../lambdas/handlers/charge-token.ts';
import { createPaymentEndpoint } from '../../../lambdas/handlers/create-payment.ts';
import type { HttpAnswer } from '../../../lambdas/handlers/http/endpoint.ts';
import { operatePayment } from '../../../lambdas/handlers/operate-payment.ts';
import { publishChanges } from '../../../lambdas/handlers/publish-changes.ts';
import { readPayment } from '../../../lambdas/handlers/read-payment.ts';
import { receiveCallback } from '../../../lambdas/handlers/receive-callback.ts';
import { runDueTasks } from '../../../lambdas/handlers/run-due-tasks.ts';
import { publicKeyOf } from '../aws/kms.ts';
import { type Invoke, lambda } from '../aws/lambda.ts';
import type { Process } from '../aws/process.ts';
import type { RunContext } from '../deterministic/run-context.ts';
import { newDependencies } from './dependencies.ts';
import type { Surroundings } from './surroundings.ts';
import { functionTimeouts, type HandlerName } from './template-settings.ts';

type HttpHandler = (event: APIGatewayProxyEventV2, context: Context) => Promise<HttpAnswer>;
type HttpFunction = Invoke<APIGatewayProxyEventV2, HttpAnswer>;
type TaskTrigger = Parameters<ReturnType<typeof runDueTasks>>[0];

/** The functions of the relay, as the template deploys them: the real handlers, with simulated clients in their dependencies. */
export function simulatedFunctions(run: RunContext, surroundings: Surroundings) {
  const dependencies = newDependencies(run, surroundings);

  const http = (name: HandlerName, build: (process: Process) => Promise<HttpHandler>): HttpFunction =>
    lambda(run, {
      name,
      timeout: functionTimeouts[name],
      build: async (process) => {
        const handler = await build(process);
        return (event) => handler(event, Object.create(null));
      },
    });

  return {
    receiveCallback: http('receive-callback', async (process) => {
      const keys = await dependencies.callbackKeys(process);
      const seal = sealTo(publicKeyOf('sealing'));
      return receiveCallback({ ...dependencies.stored(process, clientTimeouts.callback), keys, seal });
    }),
    createPayment: http('create-payment', async (process) => {
      const klarna = dependencies.klarna(process);
      return createPaymentEndpoint({
        ...klarna,
        ...(await dependencies.urls(process)),
        ...dependencies.requests(klarna),
      });
    }),
    operatePayment: http('operate-payment', async (process) => {
      const klarna = dependencies.klarna(process);
      return operatePayment({ ...klarna, ...dependencies.requests(klarna) });
    }),
    chargeToken: http('charge-token', async (process) => {
      const klarna = dependencies.klarna(process);
      return chargeToken({
        ...klarna,
        ...(await dependencies.urls(process)),
        ...dependencies.requests(klarna),
        tokens: dependencies.tokens(klarna),
        openCustomerToken: dependencies.openToken(klarna, { keyArn: 'tokens', caller: 'charge-token' }),
      });
    }),
    readPayment: http('read-payment', async (process) => {
      const { store, logger } = dependencies.stored(process, clientTimeouts.merchant);
      return readPayment({ find: store.find, keys: await dependencies.callbackKeys(process), logger });
    }),
    publishChanges: lambda<Pick<DynamoDBStreamEvent, 'Records'>, DynamoDBBatchResponse>(run, {
      name: 'publish-changes',
      down: 'publisher down',
      timeout: functionTimeouts['publish-changes'],
      build: async (process) => {
        const parts = dependencies.stored(process, clientTimeouts.merchant);
        const { save: acknowledge, last: acknowledged } = dependencies.acknowledgements(parts);
        const publish = outbox({ client: surroundings.bus.client(process), bus: 'bus', acknowledged });
        return publishChanges({ publish, acknowledge, logger: parts.logger });
      },
    }),
    runDueTasks: lambda<TaskTrigger, DynamoDBBatchResponse>(run, {
      name: 'run-due-tasks',
      down: 'due tasks down',
      timeout: functionTimeouts['run-due-tasks'],
      build: async (process) => {
        const handler = runDueTasks(await dependencies.runDueTasks(process));
        return (trigger, endsAt) => handler(trigger, { getRemainingTimeInMillis: () => endsAt - run.clock.now() });
      },
    }),
  };
}

export type SimulatedFunctions = ReturnType<typeof simulatedFunctions>;
