/** In characters; the server demands the same. */
export const SHORTEST_PASSWORD = 12;
