import type { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import type { RunContext } from '../deterministic/run-context.ts';
import type { Process } from './process.ts';
import { clientWith, TransientAwsError } from './sdk-client.ts';

/** The keys of the callback URLs, as the secret holds them. */
type Keys = { current: string; previous?: string; next?: string };

/** The callback secret, which an incident may rotate. */
export function simulatedSecret({ faults }: RunContext, first: Keys) {
  let value = first;
  const client = (process: Process): SecretsManagerClient =>
    clientWith(() =>
      process.reach('GetSecretValue', () => {
        if (faults.strikes('secret unreadable', process.name)) throw new TransientAwsError('InternalServiceError');
        return { SecretString: JSON.stringify(value) };
      }),
    );
  return {
    client,
    accepts: (key: string) => Object.values(value).includes(key),
    rotate: (next: Keys) => {
      value = next;
    },
  };
}
