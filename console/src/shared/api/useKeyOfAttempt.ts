import { useRef } from 'react';
import { idempotencyKey } from './client';

/** One key for as long as the same content is tried: an answer that was lost makes no second thing. */
export function useKeyOfAttempt(): (content: unknown) => Record<string, string> {
  const last = useRef({ text: '', key: {} as Record<string, string> });
  return (content) => {
    const text = JSON.stringify(content);
    if (last.current.text !== text) last.current = { text, key: idempotencyKey() };
    return last.current.key;
  };
}
