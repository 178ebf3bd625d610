import { expect, it } from 'vitest';
import { isBase, isPrivate, linkOf } from './base';

it('takes what the server takes', () => {
  for (const good of ['https://go.example.com', 'http://go.example.com:8080/q', 'https://go.example.com/'])
    expect(isBase(good), good).toBe(true);
  for (const bad of ['', 'go.example.com', 'https://', 'ftp://a.b', 'https://a.b/?x', 'https://u@a.b', 'https://a b'])
    expect(isBase(bad), bad).toBe(false);
});

it('knows what no phone in the street can reach', () => {
  for (const home of [
    'http://localhost:7300',
    'http://127.0.0.1',
    'http://192.168.1.4',
    'http://172.20.0.2',
    'http://till',
  ])
    expect(isPrivate(home), home).toBe(true);
  for (const open of ['https://go.example.com', 'http://172.32.0.2', 'http://8.8.8.8', 'nonsense'])
    expect(isPrivate(open), open).toBe(false);
});

it('a link has one slash between its parts', () => {
  expect(linkOf('https://go.example.com/', '/s/0Z')).toBe('https://go.example.com/s/0Z');
});
