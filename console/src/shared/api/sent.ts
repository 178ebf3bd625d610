import type { components } from './schema';

/** As the server sends it: an optional field of the document is one that may be null, never one that is left out. */
export type Sent<T> = T extends (infer Item)[]
  ? Sent<Item>[]
  : T extends object
    ? { [Key in keyof T]-?: Sent<Exclude<T[Key], undefined>> }
    : T;

/** A schema of the server's document, by its name there. */
export type FromServer<Name extends keyof components['schemas']> = Sent<components['schemas'][Name]>;
