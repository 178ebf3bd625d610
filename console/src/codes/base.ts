import { useStored } from '@/shared/ui/hooks';

// Which address people's phones reach this server by: it stands in every picture and link. The console only knows its own.

export const BASE_BYTES_MAX = 200;

/** As the server takes it: a scheme, a host, perhaps a path; no query. */
export function isBase(text: string): boolean {
  const rest = /^https?:\/\/(.+)$/.exec(text)?.[1];
  return rest !== undefined && text.length <= BASE_BYTES_MAX && /^[!-~]+$/.test(text) && !/[?#@]/.test(rest);
}

const HOME = /^(localhost|127\.\d+\.\d+\.\d+|0\.0\.0\.0|\[::1\]|10\.\d+\.\d+\.\d+|192\.168\.\d+\.\d+)$/;
const HOME_172 = /^172\.(1[6-9]|2\d|3[01])\.\d+\.\d+$/;

/** Only this machine, or only the network that it is in, finds it: a printed code would lead nowhere. */
export function isPrivate(base: string): boolean {
  try {
    const { hostname } = new URL(base);
    return HOME.test(hostname) || HOME_172.test(hostname) || !/[.:]/.test(hostname);
  } catch {
    return false;
  }
}

/** Remembered on this device; at first the address of the console itself. */
export function useBase(): [string, (base: string) => void] {
  return useStored('code_base', window.location.origin);
}

export const linkOf = (base: string, path: string) => `${base.replace(/\/+$/, '')}${path}`;
