import { defineConfig, devices } from '@playwright/test';

const chromium = {
  ...devices['Desktop Chrome'],
  viewport: { width: 1440, height: 900 },
  contextOptions: { reducedMotion: 'reduce' as const },
  launchOptions: {
    executablePath: process.env.PERENNIAL_CHROMIUM ?? '/usr/bin/chromium',
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
};

const MOCK_PORT = 4179;
const isReal = process.argv.some((argument) => argument.includes('real') || argument.includes('--project=forms'));

export default defineConfig({
  testDir: 'e2e',
  outputDir: 'node_modules/.test-results',
  forbidOnly: !!process.env.CI,
  workers: 2,
  reporter: [['list']],
  projects: [
    {
      name: 'mock',
      testDir: 'e2e/mock',
      // A machine that does other things beside is slow, not wrong.
      timeout: 60_000,
      expect: { timeout: 15_000 },
      fullyParallel: true,
      use: { ...chromium, baseURL: `http://localhost:${MOCK_PORT}` },
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
  // The built console behind the made-up server, with the policy that the real one sends.
  webServer: isReal
    ? undefined
    : {
        command: `node_modules/.bin/vite build --mode mock --outDir node_modules/.mock-dist --emptyOutDir && node_modules/.bin/vite preview --mode mock --outDir node_modules/.mock-dist --port ${MOCK_PORT} --strictPort`,
        port: MOCK_PORT,
        timeout: 300_000,
        reuseExistingServer: false,
      },
});
