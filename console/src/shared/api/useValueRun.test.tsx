import { QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { act, cleanup, renderHook } from '@testing-library/react';
import type { ReactNode } from 'react';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { api } from './client';
import { sessionQuery } from './session';
import type { Me, ValueRun } from './types';
import { useRefreshAfterValueRun, useValueRun } from './useValueRun';

const me = { rights: ['value.read'] } as Me;
const run = (id: string, state: ValueRun['state'], progress = 0) => ({ id, state, progress }) as ValueRun;

let client: QueryClient;
let newest: ValueRun;

function wrapper({ children }: { children: ReactNode }) {
  return <QueryClientProvider client={client}>{children}</QueryClientProvider>;
}

beforeEach(() => {
  vi.useFakeTimers();
  client = new QueryClient({ defaultOptions: { queries: { retry: false } } });
  client.setQueryData(sessionQuery.queryKey, me);
  vi.spyOn(api, 'get').mockImplementation(async () => ({ items: [newest], next_cursor: null }));
});

afterEach(() => {
  cleanup();
  client.clear();
  vi.useRealTimers();
  vi.restoreAllMocks();
});

const pass = (ms: number) => act(() => vi.advanceTimersByTimeAsync(ms));

describe('the newest value run', () => {
  it('is followed to its end, and what it computed is then asked for again', async () => {
    newest = run('run_1', 'running', 0.4);
    const asked = vi.spyOn(client, 'invalidateQueries');
    const { result } = renderHook(
      () => {
        useRefreshAfterValueRun();
        return useValueRun();
      },
      { wrapper },
    );
    await pass(10);
    expect(result.current).toEqual({ computing: true, progress: 0.4, error: null });
    expect(asked).not.toHaveBeenCalled();
    newest = run('run_1', 'done', 1);
    await pass(2000);
    expect(result.current.computing).toBe(false);
    expect(asked.mock.calls.map(([filter]) => filter?.queryKey)).toEqual([
      ['overview'],
      ['value'],
      ['customers'],
      ['customer'],
    ]);
  });

  it('is noticed also when it began and ended between two answers, but not when it was there before', async () => {
    newest = run('run_1', 'done', 1);
    const asked = vi.spyOn(client, 'invalidateQueries');
    renderHook(() => useRefreshAfterValueRun(), { wrapper });
    await pass(31_000);
    expect(asked).not.toHaveBeenCalled();
    newest = run('run_2', 'done', 1);
    await pass(31_000);
    expect(asked).toHaveBeenCalledTimes(4);
  });

  it('is not asked for without the right to see value', async () => {
    client.setQueryData(sessionQuery.queryKey, { ...me, rights: [] });
    const { result } = renderHook(() => useValueRun(), { wrapper });
    await pass(10);
    expect(api.get).not.toHaveBeenCalled();
    expect(result.current).toEqual({ computing: false, progress: 0, error: null });
  });
});
