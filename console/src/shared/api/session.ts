import { queryOptions } from '@tanstack/react-query';
import { api, setCsrfToken } from './client';
import type { BrandSettings, LocaleTag, Me } from './types';

function remember(me: Me): Me {
  setCsrfToken(me.csrf_token);
  return me;
}

export const sessionQuery = queryOptions({
  queryKey: ['session'],
  queryFn: async ({ signal }) => remember(await api.get<Me>('/session', undefined, signal)),
  staleTime: Number.POSITIVE_INFINITY,
  retry: false,
});

/** The brand's definitions with the version mark that a later change must present. */
export const settingsQuery = queryOptions({
  queryKey: ['settings'],
  queryFn: async ({ signal }) => {
    const { data, etag } = await api.getWithEtag<BrandSettings>('/settings', signal);
    return { settings: data, etag };
  },
  staleTime: 60_000,
});

export async function signIn(email: string, password: string): Promise<Me> {
  return remember(await api.post<Me>('/session', { email, password }));
}

export async function signInByLink(token: string): Promise<Me> {
  return remember(await api.post<Me>('/session/link', { token }));
}

export async function signOut(): Promise<void> {
  await api.delete('/session');
  setCsrfToken(null);
}

export interface NewPassword {
  email?: string;
  name?: string;
  current_password?: string;
  new_password: string;
}

export async function setPassword(change: NewPassword): Promise<Me> {
  return remember((await api.put<Me>('/session/password', change)).data);
}

export async function savePreferences(locale: LocaleTag): Promise<Me> {
  return remember((await api.put<Me>('/session/preferences', { locale })).data);
}
