/** What keeps the local AWS from working, said in one line for people: what, where, and what to do. */
export class LocalError extends Error {
  override readonly name = 'LocalError';
}
