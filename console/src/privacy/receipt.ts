/** The receipt of a file; null where it is no JSON object. Whether it is a good one, the server says. */
export function parseReceipt(text: string): Record<string, unknown> | null {
  try {
    const read: unknown = JSON.parse(text);
    return typeof read === 'object' && read !== null && !Array.isArray(read) ? (read as Record<string, unknown>) : null;
  } catch {
    return null;
  }
}
