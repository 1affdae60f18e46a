/** A call of the command line that we do not understand: one line that names the argument, exit code 2. */
export class Misuse extends Error {
  override name = 'Misuse';
}
