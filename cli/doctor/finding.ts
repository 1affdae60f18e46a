/** The result of one check. `skipped`: the check could not be made, `detail` says why, and nothing is claimed. */
export type Finding = { check: string; state: 'ok' | 'warning' | 'failed' | 'skipped'; detail: string };

export type CheckResult = Omit<Finding, 'check'>;

export const ok = (detail: string): CheckResult => ({ state: 'ok', detail });
export const warning = (detail: string): CheckResult => ({ state: 'warning', detail });
export const failed = (detail: string): CheckResult => ({ state: 'failed', detail });
export const skipped = (detail: string): CheckResult => ({ state: 'skipped', detail });

/** AWS answered with an error; `code` is AWS's. */
export class AwsRefusal extends Error {
  override name = 'AwsRefusal';
  readonly code: string;
  constructor(code: string, message: string) {
    super(`${code}: ${message}`);
    this.code = code;
  }
}

/** Makes one check. It is skipped if the credentials do not allow it; any other error is a failure. */
export async function runCheck(name: string, check: () => Promise<CheckResult>): Promise<Finding> {
  try {
    return { check: name, ...(await check()) };
  } catch (error) {
    const detail = error instanceof Error ? error.message : String(error);
    const isDenied = error instanceof AwsRefusal && /^(AccessDenied|Unauthorized|UnknownOperation)/.test(error.code);
    return { check: name, ...(isDenied ? skipped(`not checked: ${detail}`) : failed(detail)) };
  }
}
