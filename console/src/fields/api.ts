import { api } from '@/shared/api/client';

/** The key stays the same while one value is tried again. */
export function writeField(id: string, name: string, value: string, key: Record<string, string>) {
  const body = { values: { [name]: value }, surface: 'console' };
  return api.post<{ values: Record<string, string> }>(`/customers/${encodeURIComponent(id)}/fields`, body, key);
}
