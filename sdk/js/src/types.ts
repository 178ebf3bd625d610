// What a site sees of the SDK, and what the SDK needs of the place where it runs.

export type Properties = Record<string, unknown>;
export type ConsentState = 'granted' | 'denied';
/** Such as `{ analytics: true, ads: false }`: goes with each message, as `context.consent.categoryPreferences`. */
export type Categories = Record<string, boolean>;

export interface LoadOptions {
  /** Of the source, from `perennial source create` or the console. */
  writeKey: string;
  /** Such as `https://data.example`. The browser file takes the address it came from. */
  host?: string;
  /** `required`: nothing is stored and nothing is sent before `consent('granted')`. */
  consent?: 'required';
  /** A page message for this page and for each navigation within it. */
  pages?: boolean;
  /** The parameters of the address that carry a channel code, such as `c`: the first one there is tracked once. */
  scan?: string | string[];
}

export interface MessageOptions {
  /** Laid over what the SDK says of the page. */
  context?: Properties;
  /** When it happened, where that was not now. */
  timestamp?: Date | string;
}

/** The id of the message, or nothing where none was made: without consent, or when it is too large. */
export type MessageId = string | undefined;

export interface Perennial {
  identify(userId?: string | number | null, traits?: Properties, options?: MessageOptions): MessageId;
  identify(traits: Properties, options?: MessageOptions): MessageId;
  track(event: string, properties?: Properties, options?: MessageOptions): MessageId;
  page(name?: string, properties?: Properties, options?: MessageOptions): MessageId;
  page(category: string, name: string, properties?: Properties, options?: MessageOptions): MessageId;
  group(groupId: string | number, traits?: Properties, options?: MessageOptions): MessageId;
  /** `previousId` is who this browser was until now, unless it is said. */
  alias(userId: string | number, previousId?: string, options?: MessageOptions): MessageId;
  /** The next one at this device is somebody else. What is waiting is still sent. */
  reset(): void;
  consent(state: ConsentState, categories?: Categories): void;
  /** Sends what is waiting, unless a back-off says to wait longer. */
  flush(): Promise<void>;
  /** Of this browser; nothing without consent. */
  anonymousId(): string | undefined;
  /** What waits in this browser, and how many messages it has had to drop. */
  status(): { waiting: number; dropped: number };
}

/** Strings under names, such as `localStorage`. */
export interface Store {
  get(name: string): string | null;
  /** Where there is no room, it is kept in memory, until the page goes. */
  set(name: string, value: string): void;
  remove(name: string): void;
  names(): string[];
}

export interface Place {
  url: string;
  path: string;
  search: string;
  title: string;
  referrer: string;
}

/** Clock, randomness, storage and network are handed in. */
export interface Environment {
  now(): number;
  random(): string;
  /** Shared by all tabs of the site. */
  shared: Store;
  /** Of this tab. */
  visit: Store;
  place(): Place;
  locale: string;
  timezone: string | undefined;
  fetch(url: string, request: RequestInit): Promise<Response>;
  later(act: () => void, ms: number): unknown;
  cancel(timer: unknown): void;
  /** One tab at a time, where the browser can. */
  alone(name: string, act: () => Promise<void>): Promise<void>;
  /** For who looks for a fault. */
  warn(text: string): void;
}
