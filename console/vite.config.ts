import { fileURLToPath } from 'node:url';
import react from '@vitejs/plugin-react';
import { defineConfig } from 'vitest/config';
import { precompress } from './build/precompress.ts';
import { mockServer } from './dev/mock.ts';

// The host stays as the browser sees it: the server refuses changes that come from another origin.
const api = { target: process.env.PERENNIAL_URL ?? 'http://127.0.0.1:7300', changeOrigin: false };

const SHARED = /node_modules|src.(shared|app)/;
const DIALOG = /@mantine.core.esm.components.(Modal|Drawer|Overlay|ScrollArea)|react-remove-scroll/;

export default defineConfig(({ mode }) => ({
  base: '/',
  plugins: [react(), precompress(), ...(mode === 'mock' ? [mockServer()] : [])],
  resolve: { alias: { '@': fileURLToPath(new URL('./src', import.meta.url)) } },
  build: {
    target: ['chrome107', 'edge107', 'firefox110', 'safari16.4'],
    outDir: 'dist',
    manifest: true,
    reportCompressedSize: false,
    chunkSizeWarningLimit: 700,
    rolldownOptions: {
      output: {
        codeSplitting: {
          groups: [
            // Whatever most routes need travels in one file, instead of thirty small ones.
            { name: 'shared', minShareCount: 24, test: (id) => SHARED.test(id) && !DIALOG.test(id), priority: 1 },
            // Dialogs are in many files and on few screens: they come with the first one that opens.
            { name: 'dialog', test: DIALOG },
          ],
        },
      },
    },
    // The content security policy allows images from data: only, never scripts or fonts.
    assetsInlineLimit: 0,
  },
  server: {
    port: 5173,
    proxy: mode === 'mock' ? undefined : { '/api': api, '/healthz': api, '/readyz': api },
  },
  preview: { port: 4173 },
  test: {
    environment: 'happy-dom',
    include: ['src/**/*.test.{ts,tsx}', 'dev/**/*.test.ts', 'e2e/support/*.test.ts'],
  },
}));
