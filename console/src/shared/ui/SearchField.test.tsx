import { MantineProvider } from '@mantine/core';
import { act, cleanup, fireEvent, render, screen } from '@testing-library/react';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { I18nProvider } from '@/shared/i18n';
import { en } from '@/shared/i18n/en';
import { SearchField } from './SearchField';

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  cleanup();
  vi.useRealTimers();
});

function setUp() {
  const onChange = vi.fn();
  const field = (value: string) => (
    <I18nProvider locale="en" messages={en}>
      <MantineProvider>
        <SearchField label="Search" placeholder="Name" value={value} onChange={onChange} />
      </MantineProvider>
    </I18nProvider>
  );
  const { rerender } = render(field(''));
  const input = screen.getByRole<HTMLInputElement>('textbox');
  const type = (value: string) => fireEvent.change(input, { target: { value } });
  const pause = () => act(() => vi.advanceTimersByTime(300));
  return { onChange, input, type, pause, arrive: (value: string) => rerender(field(value)) };
}

it('what was typed while the address followed is not lost', () => {
  const { onChange, input, type, pause, arrive } = setUp();
  type('ann ');
  pause();
  expect(onChange).toHaveBeenCalledExactlyOnceWith('ann');
  type('ann l');
  arrive('ann');
  expect(input.value).toBe('ann l');
});

it('a cleared search stays cleared', () => {
  const { onChange, input, type, pause, arrive } = setUp();
  type('ann');
  pause();
  arrive('ann');
  type('anna');
  fireEvent.click(screen.getByRole('button', { name: 'Clear' }));
  pause();
  expect(onChange.mock.calls).toEqual([['ann'], ['']]);
  expect(input.value).toBe('');
});

it('an address that something else changed is taken, and nothing typed before comes after it', () => {
  const { onChange, input, type, pause, arrive } = setUp();
  type('ann');
  pause();
  arrive('ann');
  type('anna');
  arrive('bob');
  pause();
  expect(input.value).toBe('bob');
  expect(onChange).toHaveBeenCalledExactlyOnceWith('ann');
});
