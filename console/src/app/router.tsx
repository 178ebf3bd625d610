import { createRootRoute, createRoute, createRouter, lazyRouteComponent, Outlet } from '@tanstack/react-router';
import { NotFoundPage, RouteFailed } from './Fallbacks';
import { SignedInShell } from './SignedInShell';
import { asSearch, parseSearch, stringifySearch } from './search';

const rootRoute = createRootRoute({ component: Outlet, notFoundComponent: NotFoundPage });

const loginRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/login',
  validateSearch: asSearch,
  component: lazyRouteComponent(() => import('@/access/LoginPage'), 'LoginPage'),
});

const shellRoute = createRoute({ getParentRoute: () => rootRoute, id: 'shell', component: SignedInShell });

const homeRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: '/',
  component: lazyRouteComponent(() => import('@/home/HomePage'), 'HomePage'),
});

const customersRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: '/customers',
  validateSearch: asSearch,
  component: lazyRouteComponent(() => import('@/customers/CustomersPage'), 'CustomersPage'),
});

const customerRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: '/customers/$id',
  validateSearch: asSearch,
  component: lazyRouteComponent(() => import('@/customers/profile/ProfilePage'), 'ProfilePage'),
});

const valueRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: '/value',
  validateSearch: asSearch,
  component: lazyRouteComponent(() => import('@/value/ValuePage'), 'ValuePage'),
});

const importsRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: '/imports',
  component: lazyRouteComponent(() => import('@/imports/ImportsPage'), 'ImportsPage'),
});

const newImportRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: '/imports/new',
  component: lazyRouteComponent(() => import('@/imports/wizard/WizardPage'), 'WizardPage'),
});

const importRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: '/imports/$id',
  component: lazyRouteComponent(() => import('@/imports/ImportPage'), 'ImportPage'),
});

const settingsRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: '/settings',
  component: lazyRouteComponent(() => import('@/settings/SettingsPage'), 'SettingsPage'),
});

const settingsSectionRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: '/settings/$section',
  component: lazyRouteComponent(() => import('@/settings/SettingsPage'), 'SettingsPage'),
});

const routeTree = rootRoute.addChildren([
  loginRoute,
  shellRoute.addChildren([
    homeRoute,
    customersRoute,
    customerRoute,
    valueRoute,
    importsRoute,
    newImportRoute,
    importRoute,
    settingsRoute,
    settingsSectionRoute,
  ]),
]);

export function createAppRouter() {
  return createRouter({
    routeTree,
    defaultPreload: 'intent',
    scrollRestoration: true,
    parseSearch,
    stringifySearch,
    defaultErrorComponent: RouteFailed,
    defaultNotFoundComponent: NotFoundPage,
  });
}

declare module '@tanstack/react-router' {
  interface Register {
    router: ReturnType<typeof createAppRouter>;
  }
}
