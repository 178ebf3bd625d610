/** As the server has them. */
export const NAME_MAX = 100;
const TARGET_BYTES_MAX = 2000;

/** The address of a page, in ASCII: a scan leads there. */
export function isTarget(text: string): boolean {
  return /^https?:\/\/(?!\/)[!-~]+$/.test(text) && text.length <= TARGET_BYTES_MAX;
}
