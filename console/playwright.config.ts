import { existsSync } from 'node:fs';
import { defineConfig, devices } from '@playwright/test';

const browser = (executablePath: string) => ({
  ...devices['Desktop Chrome'],
  viewport: { width: 1440, height: 900 },
  contextOptions: { reducedMotion: 'reduce' as const },
  launchOptions: {
    executablePath,
    args: [
      '--headless',
      '--no-sandbox',
      '--disable-gpu',
      '--disable-quic',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
    ],
  },
});

const CHROMIUM = process.env.PERENNIAL_CHROMIUM ?? '/usr/bin/chromium';
/** The same engine without a browser around it, in Debian's package of this name: a sixth less of the processor's time. */
const SHELL = '/usr/bin/chromium-headless-shell';

const chromium = browser(CHROMIUM);
const shell = process.env.PERENNIAL_CHROMIUM === undefined && existsSync(SHELL) ? browser(SHELL) : chromium;

const MOCK_PORT = 4179;
/** What tests beside them make, change and remove would be on the pages of a tour: it has a made-up server to itself. */
const TOUR_PORT = 4180;
const isReal = process.argv.some((argument) => argument.includes('real') || argument.includes('--project=forms'));

// A machine that does other things beside is slow, not wrong.
const madeUp = { timeout: 60_000, expect: { timeout: 15_000 }, fullyParallel: true };

/** The console built before behind a made-up server, with the policy that the real one sends. */
const preview = (port: number) =>
  `node_modules/.bin/vite preview --mode mock --outDir node_modules/.mock-dist --port ${port} --strictPort`;

export default defineConfig({
  testDir: 'e2e',
  outputDir: 'node_modules/.test-results',
  forbidOnly: !!process.env.CI,
  workers: 2,
  reporter: [['list']],
  projects: [
    // The long ones first, so that no worker is left with one of them at the end.
    {
      name: 'tour',
      testDir: 'e2e/tour',
      ...madeUp,
      timeout: 600_000,
      use: { ...shell, baseURL: `http://localhost:${TOUR_PORT}` },
    },
    {
      name: 'mock',
      testDir: 'e2e/mock',
      ...madeUp,
      use: { ...shell, baseURL: `http://localhost:${MOCK_PORT}` },
    },
    {
      name: 'real',
      testDir: 'e2e/real',
      timeout: 900_000,
      use: { ...chromium, baseURL: process.env.PERENNIAL_URL, actionTimeout: 30_000, trace: 'retain-on-failure' },
    },
    {
      // The page that people fill in, which is no part of the console.
      name: 'forms',
      testDir: 'e2e/forms',
      timeout: 120_000,
      expect: { timeout: 30_000 },
      use: { ...chromium, baseURL: process.env.PERENNIAL_URL, actionTimeout: 30_000, trace: 'retain-on-failure' },
    },
  ],
  // One after the other: the second serves what the first has built.
  webServer: isReal
    ? undefined
    : [
        {
          command: `node_modules/.bin/vite build --mode mock --outDir node_modules/.mock-dist --emptyOutDir && ${preview(MOCK_PORT)}`,
          port: MOCK_PORT,
          timeout: 300_000,
          reuseExistingServer: false,
        },
        { command: preview(TOUR_PORT), port: TOUR_PORT, timeout: 60_000, reuseExistingServer: false },
      ],
});
