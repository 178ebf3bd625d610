import { queryOptions } from '@tanstack/react-query';
import { api } from '@/shared/api/client';
import type { Attribute, InnovationTest, Owner, Trials, Verdict } from './types';

const ifMatch = (version: number) => ({ 'If-Match': `"${version}"` });
const testPath = (id: string) => `/innovation-tests/${encodeURIComponent(id)}`;
const attributePath = (id: string) => `/attributes/${encodeURIComponent(id)}`;

/** What is said of a test while it runs. */
export type TestBody = Pick<InnovationTest, 'name' | 'innovation' | 'hypothesis' | 'started_on' | 'arms'>;
/** What is said of an attribute. */
export type AttributeBody = Pick<
  Attribute,
  'name' | 'importance' | 'satisfaction' | 'ratings' | 'owner' | 'due_on' | 'note' | 'done'
>;

/** The newest first. */
export const testsQuery = queryOptions({
  queryKey: ['insights', 'tests'],
  queryFn: ({ signal }) => api.get<{ items: InnovationTest[] }>('/innovation-tests', undefined, signal),
});

/** The oldest first. */
export const attributesQuery = queryOptions({
  queryKey: ['insights', 'attributes'],
  queryFn: ({ signal }) => api.get<{ items: Attribute[] }>('/attributes', undefined, signal),
});

/** Who can do something about an attribute. */
export const ownersQuery = queryOptions({
  queryKey: ['insights', 'owners'],
  queryFn: ({ signal }) => api.get<{ items: Owner[] }>('/attribute-owners', undefined, signal),
});

export const trialsQuery = queryOptions({
  queryKey: ['insights', 'trials'],
  queryFn: ({ signal }) => api.get<Trials>('/trials', undefined, signal),
});

export const createTest = (body: TestBody, key: Record<string, string>) =>
  api.post<InnovationTest>('/innovation-tests', body, key);

export async function updateTest({ id, version }: InnovationTest, body: TestBody): Promise<InnovationTest> {
  return (await api.put<InnovationTest>(testPath(id), body, ifMatch(version))).data;
}

/** It never changes again. */
export function closeTest({ id, version }: InnovationTest, verdict: Verdict, note: string): Promise<InnovationTest> {
  return api.post<InnovationTest>(`${testPath(id)}/close`, { verdict, note }, ifMatch(version));
}

export const createAttribute = (body: AttributeBody, key: Record<string, string>) =>
  api.post<Attribute>('/attributes', body, key);

export async function updateAttribute({ id, version }: Attribute, body: AttributeBody): Promise<Attribute> {
  return (await api.put<Attribute>(attributePath(id), body, ifMatch(version))).data;
}

export const removeAttribute = (id: string) => api.delete(attributePath(id));
