/** A command that ran and found that something is not as it should be: its report goes to stdout, exit code 1. */
export class Unmet extends Error {
  override name = 'Unmet';
  readonly report: string;
  constructor(report: string, message: string) {
    super(message);
    this.report = report;
  }
}
