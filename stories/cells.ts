/** The changes that a story publishes, written as `changeCells` writes them. */

const failed = ['FAILED', 'ERROR', 'CANCELLED', 'DISABLED', 'REJECTED', 'EXPIRED', 'CAPTURE_NOT_ALLOWED', 'BAD_VALUE'];
const succeeded = ['SUCCESS', 'COMPLETED', 'CREATE'];

/** State and code as docs/states.md has them; a word that it does not have is WAITING. */
function meaning(word: string): string {
  if (succeeded.includes(word)) return 'SUCCESS/SUCCEEDED';
  if (word === 'NOT_FOUND') return 'ERROR/BAD_REQUEST';
  return failed.includes(word) || word.endsWith('_PAYMENT_METHOD') ? 'ERROR/FAILED' : 'WAITING/SUCCEEDED';
}

const cells = (type: string, number: number, word: string, where: string) => [
  `Payment ${type}`,
  `#${number}`,
  word,
  meaning(word),
  where,
];

/** The payment moved along a stage: `created → in_progress`. */
export const moved = (number: number, word: string, where: string) => cells('Stage Changed', number, word, where);

/** Klarna said another word; the payment stays in this stage. */
export const said = (number: number, word: string, stage: string) => cells('Status Changed', number, word, stage);

/** An operation ended: `capture, ordered`. */
export const done = (number: number, word: string, what: string) => cells('Operation Finished', number, word, what);

/** A warning to somebody. */
export const warned = (number: number, reason: string, stage: string) =>
  cells('Attention Needed', number, 'WAITING', `${reason}, ${stage}`);
