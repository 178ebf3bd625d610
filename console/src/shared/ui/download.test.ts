import { describe, expect, it } from 'vitest';
import { toCsv } from './download';

describe('CSV files', () => {
  it('quote separators, quotes and line breaks', () => {
    expect(toCsv([['a,b', 'say "hi"', 'two\nlines']])).toBe('"a,b","say ""hi""","two\nlines"\n');
  });

  it('neutralise what a spreadsheet would run, and leave numbers alone', () => {
    expect(toCsv([['=1+1', '@x', '-5', -5, '+1.5']])).toBe("'=1+1,'@x,-5,-5,+1.5\n");
  });
});
