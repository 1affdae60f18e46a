/** An error answer of Klarna: status, `error_code`, message, and further fields of its body. */
export class KlarnaProblem extends Error {
  override name = 'KlarnaProblem';
  readonly status: number;
  readonly code: string;
  readonly more: object;
  constructor(status: number, code: string, message: string, more: object = {}) {
    super(message);
    this.status = status;
    this.code = code;
    this.more = more;
  }
}

export const badValue = (field: string) => new KlarnaProblem(400, 'BAD_VALUE', `Bad value: ${field}`);
export const notFound = (resource: string) => new KlarnaProblem(404, 'NOT_FOUND', `${resource} not found`);
