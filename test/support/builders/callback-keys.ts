import type { CallbackKeys } from '../../../lambdas/aws/secrets.ts';

/** Callback keys as a function holds them, without a secret. */
export const callbackKeysOf = (
  held: string[],
  renewed: CallbackKeys['renewed'] = async () => undefined,
): CallbackKeys => ({
  held,
  renewed,
});
