// The SDK without a browser around it: ids, consent, and messages into the queue.
//
// Invariants: without consent where it is asked for, nothing is stored and nothing sent; what is called until the decision
// waits in this page's memory. A denial leaves nothing but itself. Ids and consent are read from the store each time, so
// that all tabs of a site agree.

import { contextOf, type Landing, landingOf } from './context';
import { openQueue } from './queue';
import { openSender, type Sender } from './sender';
import type {
  Categories,
  ConsentState,
  Environment,
  LoadOptions,
  MessageId,
  MessageOptions,
  Perennial,
  Properties,
} from './types';

/** Of calls that wait for a decision. */
const UNDECIDED_MAX = 100;

export interface Client extends Perennial {
  sender: Sender;
  /** Another tab may have decided. */
  decide(): void;
}

export function createClient(options: LoadOptions, env: Environment): Client {
  const { writeKey, host = '', consent: asked, scan = [] } = options;
  const { shared, visit } = env;
  const prefix = `perennial.${writeKey}.`;
  const [user, device, decision, landed] = ['user', 'anonymous', 'consent', 'landing'].map((name) => prefix + name) as [
    string,
    string,
    string,
    string,
  ];
  const ours = new Set<string>();
  const queue = openQueue(shared, prefix);
  const sender = openSender(
    env,
    queue,
    prefix,
    `${host.replace(/\/+$/, '')}/v1/batch`,
    writeKey,
    (id) => ours.has(id),
    (id) => parseInt(id, 36),
  );
  let undecided: (() => void)[] = [];
  let count = 0;
  let landing: Landing = landingOf(env.place().search, ([] as string[]).concat(scan));
  const scanned = landing.code;
  /** Within this page; the browser only knows where the page itself came from. */
  let referrer: string | undefined;
  let shownUrl: string | undefined;

  function read(name: string): any {
    try {
      return JSON.parse(shared.get(name) || '{}');
    } catch {
      return {};
    }
  }
  const decided = (): ConsentState | undefined => read(decision).state || (asked ? undefined : 'granted');

  function deviceId(): string {
    let id = shared.get(device);
    if (!id) shared.set(device, (id = env.random()));
    return id;
  }

  /** The fields are made when it is sure that they may be, the rest now. */
  function message(
    type: string,
    fields: Properties | (() => Properties),
    { context, timestamp }: MessageOptions = {},
  ): MessageId {
    const state = decided();
    if (state === 'denied') return;
    const now = env.now();
    // Sorts by time; made once, and sent with each try.
    const messageId = `${now.toString(36).padStart(9, '0')}-${(count++).toString(36).padStart(4, '0')}-${env.random()}`;
    const place = env.place();
    const about = { ...contextOf(env, { ...place, referrer: referrer ?? place.referrer }, landing), ...context };
    const at = timestamp ? new Date(timestamp) : new Date(now);
    const keep = () => {
      const own = typeof fields === 'function' ? fields() : fields;
      const { categories } = read(decision);
      const whole = {
        type,
        messageId,
        timestamp: at,
        anonymousId: deviceId(),
        userId: shared.get(user) ?? undefined,
        ...own,
        context: categories ? { ...about, consent: { categoryPreferences: categories } } : about,
      };
      if (!queue.add(messageId, JSON.stringify(whole))) return env.warn(`${type}: larger than 32 KiB`);
      ours.add(messageId);
      sender.wake();
    };
    if (state) keep();
    else if (undecided.push(keep) > UNDECIDED_MAX) undecided.shift();
    return messageId;
  }

  /** How somebody came is known as long as the tab: the address forgets it with the next page. */
  function keepLanding() {
    try {
      landing = { ...JSON.parse(visit.get(landed) || '{}'), ...landing };
    } catch {
      // Somebody else's.
    }
    if (landing.campaign || landing.code) visit.set(landed, JSON.stringify(landing));
  }

  function erase() {
    for (const name of shared.names()) if (name.startsWith(prefix) && name !== decision) shared.remove(name);
    visit.remove(landed);
    landing = {};
  }

  function decide() {
    const state = decided();
    if (!state) return;
    const waiting = undecided;
    undecided = [];
    // Each tab does so, also the one that learns of it a moment later than it could store something.
    if (state === 'denied') {
      erase();
      return sender.stop();
    }
    keepLanding();
    for (const keep of waiting) keep();
  }

  /** Nothing of what is called may stop the page it is called in. */
  function safely<Arguments extends unknown[], Result>(act: (...given: Arguments) => Result) {
    return (...given: Arguments): Result | undefined => {
      try {
        return act(...given);
      } catch (error) {
        env.warn(`${error}`);
        return undefined;
      }
    };
  }
  const text = (id: unknown) => (id === null || id === undefined || id === '' ? undefined : `${id}`);
  const isObject = (value: unknown) => typeof value === 'object' && value !== null;

  const client = {
    sender,
    decide,
    identify: safely((userId?: any, traits?: any, more?: any) => {
      if (isObject(userId)) [userId, traits, more] = [undefined, userId, traits];
      const id = text(userId);
      return message(
        'identify',
        () => {
          // Somebody else signs in at this device: what the one before did stays with him.
          const before = shared.get(user);
          if (id && before && before !== id) shared.remove(device);
          if (id) shared.set(user, id);
          return { anonymousId: deviceId(), userId: shared.get(user) ?? undefined, traits };
        },
        more,
      );
    }),
    track: safely((event: string, properties?: Properties, more?: MessageOptions) =>
      message('track', { event, properties }, more),
    ),
    page: safely((...given: any[]) => {
      const names = given.filter((one) => typeof one === 'string');
      const [properties, more] = given.slice(names.length);
      const place = env.place();
      // A navigation within the page came from where it was before.
      if (shownUrl !== undefined && shownUrl !== place.url) referrer = shownUrl;
      shownUrl = place.url;
      const [name, category] = names.reverse();
      const about = { ...place, referrer: referrer ?? place.referrer };
      return message('page', { name, category, properties: { ...about, ...properties } }, more);
    }),
    group: safely((groupId: any, traits?: Properties, more?: MessageOptions) =>
      message('group', { groupId: text(groupId), traits }, more),
    ),
    alias: safely((userId: any, previousId?: string, more?: MessageOptions) =>
      message(
        'alias',
        () => ({ userId: text(userId), previousId: previousId || (shared.get(user) ?? deviceId()) }),
        more,
      ),
    ),
    reset: safely(() => {
      shared.remove(user);
      shared.remove(device);
      visit.remove(landed);
      landing = {};
    }),
    consent: safely((state: ConsentState, categories?: Categories) => {
      if (state !== 'denied' && state !== 'granted') return env.warn('consent: granted or denied');
      shared.set(decision, JSON.stringify({ state, categories }));
      decide();
    }),
    flush: () => sender.flush(),
    anonymousId: safely(() => (decided() === 'granted' ? deviceId() : undefined)),
    status: () => ({ waiting: queue.ids().length, dropped: queue.dropped() }),
  } as Client;

  decide();
  if (scanned) client.track('Code Scanned', { code: scanned });
  if (queue.ids().length) sender.wake();
  return client;
}
