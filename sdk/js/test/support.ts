// A site without a browser: tabs that share a store, a clock set by hand, and a server that answers as it is told.

import { type Client, createClient } from '../src/client';
import { openStore } from '../src/store';
import type { Environment, LoadOptions, Place, Store } from '../src/types';

export interface Sent {
  url: string;
  headers: Record<string, string>;
  keepalive: boolean;
  body: { writeKey: string; sentAt: string; batch: any[] };
}

export type Answer = { status: number; body?: unknown; headers?: Record<string, string> } | 'no network';
export const OK: Answer = { status: 200, body: { success: true } };

/** What `localStorage` is, with room for so many characters. */
export function storage(room = Number.POSITIVE_INFINITY): Storage {
  const entries: Record<string, string> = {};
  const functions = {
    getItem: (name: string) => entries[name] ?? null,
    setItem(name: string, value: string) {
      const used = Object.keys(entries).reduce((sum, key) => sum + (key === name ? 0 : (entries[key] ?? '').length), 0);
      if (used + value.length > room) throw new Error('QuotaExceededError');
      entries[name] = value;
    },
    removeItem(name: string) {
      delete entries[name];
    },
  };
  return new Proxy(entries, { get: (_, name) => (functions as any)[name] ?? entries[name as string] }) as any;
}

export class Site {
  now = Date.UTC(2026, 10, 21, 8);
  readonly local: Storage;
  sent: Sent[] = [];
  warnings: string[] = [];
  answers: Answer[] = [];
  timers = new Map<number, { act: () => void; at: number }>();
  private seed = 0;
  private locks = new Map<string, Promise<void>>();

  constructor(room?: number) {
    this.local = storage(room);
  }

  names(): string[] {
    return Object.keys(this.local);
  }

  waiting(): any[] {
    return this.names()
      .filter((name) => name.includes('.m.'))
      .sort()
      .map((name) => JSON.parse(this.local.getItem(name) as string));
  }

  arrived(): any[] {
    return this.sent.flatMap((one) => one.body.batch);
  }

  /** A page of the site in a tab of its own, or in the one whose `visit` is given. */
  tab(options: Partial<LoadOptions> = {}, at: Partial<Place> = {}, visit: Store = openStore(() => storage())): Tab {
    const place = { url: 'https://shop.example/', path: '/', search: '', title: 'Shop', referrer: '', ...at };
    const env = this.environment(place, visit);
    const client = createClient({ writeKey: 'wk_1', host: 'https://data.example/', ...options }, env);
    return { client, place, visit };
  }

  /** Lets time pass, and what is due happen. */
  async pass(ms: number): Promise<void> {
    const end = this.now + ms;
    for (;;) {
      await this.settle();
      const due = [...this.timers].filter(([, timer]) => timer.at <= end).sort((a, b) => a[1].at - b[1].at)[0];
      if (!due) break;
      this.timers.delete(due[0]);
      this.now = Math.max(this.now, due[1].at);
      due[1].act();
    }
    this.now = end;
    await this.settle();
  }

  private async settle(): Promise<void> {
    for (let turn = 0; turn < 50; turn += 1) await Promise.resolve();
  }

  private environment(place: Place, visit: Store): Environment {
    return {
      now: () => this.now,
      random: () => (this.seed++).toString(16).padStart(32, '8'),
      shared: openStore(() => this.local),
      visit,
      place: () => ({ ...place }),
      locale: 'en-GB',
      timezone: 'Europe/London',
      later: (act, ms) => {
        const timer = this.seed++;
        this.timers.set(timer, { act, at: this.now + ms });
        return timer;
      },
      cancel: (timer) => this.timers.delete(timer as number),
      alone: (name, act) => {
        const next = (this.locks.get(name) ?? Promise.resolve()).then(act);
        this.locks.set(name, next);
        return next;
      },
      warn: (text) => this.warnings.push(text),
      fetch: async (url, request) => {
        const body = JSON.parse(request.body as string);
        const headers = request.headers as Record<string, string>;
        this.sent.push({ url, headers, keepalive: request.keepalive ?? false, body });
        const answer = this.answers.shift() ?? OK;
        if (answer === 'no network') throw new TypeError('Failed to fetch');
        return new Response(JSON.stringify(answer.body ?? {}), { status: answer.status, headers: answer.headers ?? {} });
      },
    };
  }
}

export interface Tab {
  client: Client;
  place: Place;
  visit: Store;
}
