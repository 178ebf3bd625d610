import '@mantine/core/styles.css';
import './app/tokens.css';
import { localStorageColorSchemeManager, MantineProvider } from '@mantine/core';
import { QueryClientProvider } from '@tanstack/react-query';
import { RouterProvider } from '@tanstack/react-router';
import { createRoot } from 'react-dom/client';
import { askAhead } from './app/askAhead';
import { createQueryClient } from './app/queryClient';
import { createAppRouter } from './app/router';
import { cssVariables, theme } from './app/theme';
import { I18nProvider, initialLocale, loadMessages } from './shared/i18n';
import { NotificationHost } from './shared/ui/notify';

const colorScheme = localStorageColorSchemeManager({ key: 'perennial.scheme' });

function styleNonce(): string {
  return document.querySelector('meta[property="csp-nonce"]')?.getAttribute('content') ?? '';
}

// Dialogs lock the scrolling behind them by a style of their own; their library looks for the nonce under this name.
Object.assign(globalThis, { __webpack_nonce__: styleNonce() });

async function start() {
  const root = document.getElementById('root');
  if (!root) return;
  const locale = initialLocale();
  const queryClient = createQueryClient();
  const router = createAppRouter();
  askAhead(queryClient, router);
  const messages = await loadMessages(locale);
  createRoot(root).render(
    <MantineProvider
      theme={theme}
      cssVariablesResolver={cssVariables}
      colorSchemeManager={colorScheme}
      defaultColorScheme="auto"
      getStyleNonce={styleNonce}
    >
      <I18nProvider locale={locale} messages={messages}>
        <QueryClientProvider client={queryClient}>
          <NotificationHost />
          <RouterProvider router={router} />
        </QueryClientProvider>
      </I18nProvider>
    </MantineProvider>,
  );
}

start();
