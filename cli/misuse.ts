/** The arguments are wrong: one line that names the argument, exit code 2. */
export class Misuse extends Error {
  override name = 'Misuse';
}
