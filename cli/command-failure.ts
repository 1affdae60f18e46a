/** A command ran and found something wrong: its report goes to stdout, the message to stderr; the exit code is 1. */
export class CommandFailure extends Error {
  override name = 'CommandFailure';
  readonly report: string;
  /** Without a message the report alone explains the failure. */
  constructor(report: string, message = '') {
    super(message);
    this.report = report;
  }
}
