/** What one examination found. `skipped`: it could not be made, and `says` tells why; nothing is claimed then. */
export type Finding = { check: string; state: 'ok' | 'warning' | 'failed' | 'skipped'; says: string };

export type Found = Omit<Finding, 'check'>;

export const ok = (says: string): Found => ({ state: 'ok', says });
export const warning = (says: string): Found => ({ state: 'warning', says });
export const failed = (says: string): Found => ({ state: 'failed', says });
export const skipped = (says: string): Found => ({ state: 'skipped', says });

/** Something went wrong in an answer of AWS; `code` is AWS's. */
export class AwsRefusal extends Error {
  override name = 'AwsRefusal';
  readonly code: string;
  constructor(code: string, message: string) {
    super(`${code}: ${message}`);
    this.code = code;
  }
}

/** Makes one examination; what it may not do is skipped, what goes wrong on the way has failed. */
export async function examine(check: string, examination: () => Promise<Found>): Promise<Finding> {
  try {
    return { check, ...(await examination()) };
  } catch (error) {
    const says = error instanceof Error ? error.message : String(error);
    const barred = error instanceof AwsRefusal && /^(AccessDenied|Unauthorized|UnknownOperation)/.test(error.code);
    return { check, ...(barred ? skipped(`could not be examined: ${says}`) : failed(says)) };
  }
}
