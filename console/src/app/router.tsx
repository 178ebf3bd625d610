import { createRootRoute, createRoute, createRouter, lazyRouteComponent, Outlet } from '@tanstack/react-router';
import { withWords } from '@/shared/i18n';
import { NotFoundPage, RouteFailed } from './Fallbacks';
import { Needs } from './Needs';
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
  validateSearch: asSearch,
  component: lazyRouteComponent(() => withWords(['home', 'value'], import('./StartPage')), 'StartPage'),
});

const customersRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: '/customers',
  validateSearch: asSearch,
  component: lazyRouteComponent(() => withWords(['customers'], import('@/customers/CustomersPage')), 'CustomersPage'),
});

const customerRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: '/customers/$id',
  validateSearch: asSearch,
  component: lazyRouteComponent(
    () => withWords(['customers'], import('@/customers/profile/ProfilePage')),
    'ProfilePage',
  ),
});

const mergeRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: '/customers/$id/merge',
  validateSearch: asSearch,
  component: lazyRouteComponent(
    () => withWords(['identity', 'customers'], import('@/identity/MergePage')),
    'MergePage',
  ),
});

const customerPrivacyRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: '/customers/$id/privacy',
  component: lazyRouteComponent(
    () => withWords(['consent', 'privacy'], import('@/privacy/CustomerPrivacyPage')),
    'CustomerPrivacyPage',
  ),
});

const segmentPages = createRoute({
  getParentRoute: () => shellRoute,
  id: 'segment-pages',
  component: () => <Needs right="customers.read" page="segments" />,
});

const segmentPage = (name: 'SegmentsPage' | 'SegmentPage' | 'SegmentEditor' | 'ComparePage') =>
  lazyRouteComponent(() => withWords(['segments'], import('@/segments')), name);

const segmentsRoute = createRoute({
  getParentRoute: () => segmentPages,
  path: '/segments',
  validateSearch: asSearch,
  component: segmentPage('SegmentsPage'),
});

const newSegmentRoute = createRoute({
  getParentRoute: () => segmentPages,
  path: '/segments/new',
  validateSearch: asSearch,
  component: segmentPage('SegmentEditor'),
});

const compareSegmentsRoute = createRoute({
  getParentRoute: () => segmentPages,
  path: '/segments/compare',
  validateSearch: asSearch,
  component: segmentPage('ComparePage'),
});

const segmentRoute = createRoute({
  getParentRoute: () => segmentPages,
  path: '/segments/$code',
  validateSearch: asSearch,
  component: segmentPage('SegmentPage'),
});

const changeSegmentRoute = createRoute({
  getParentRoute: () => segmentPages,
  path: '/segments/$code/edit',
  component: segmentPage('SegmentEditor'),
});

const clusterPage = lazyRouteComponent(() => withWords(['clusters'], import('@/clusters')), 'ClusterPages');

const clustersRoute = createRoute({ getParentRoute: () => segmentPages, path: '/clusters', component: clusterPage });

const clusterRoute = createRoute({
  getParentRoute: () => segmentPages,
  path: '/clusters/$id',
  validateSearch: asSearch,
  component: clusterPage,
});

const communityPage = lazyRouteComponent(
  () => withWords(['communities', 'segments'], import('@/communities')),
  'CommunityPages',
);

const communitiesRoute = createRoute({
  getParentRoute: () => segmentPages,
  path: '/communities',
  validateSearch: asSearch,
  component: communityPage,
});

const communityRoute = createRoute({
  getParentRoute: () => segmentPages,
  path: '/communities/$code',
  validateSearch: asSearch,
  component: communityPage,
});

const keyCustomerPages = createRoute({
  getParentRoute: () => shellRoute,
  id: 'key-customer-pages',
  component: () => <Needs right="customers.read" page="keyCustomers" />,
});

const keyCustomersRoute = createRoute({
  getParentRoute: () => keyCustomerPages,
  path: '/key-customers',
  validateSearch: asSearch,
  component: lazyRouteComponent(
    () => withWords(['keyCustomers', 'segments'], import('@/keyCustomers/KeyCustomersPage')),
    'KeyCustomersPage',
  ),
});

const layerPages = createRoute({
  getParentRoute: () => shellRoute,
  id: 'layer-pages',
  component: () => <Needs right="customers.read" page="layers" />,
});

const layerPage = (name: 'LayersPage' | 'LayerPage' | 'LayerEditor') =>
  lazyRouteComponent(() => withWords(['layers'], import('@/layers')), name);

const layersRoute = createRoute({
  getParentRoute: () => layerPages,
  path: '/layers',
  validateSearch: asSearch,
  component: layerPage('LayersPage'),
});

const newLayerRoute = createRoute({
  getParentRoute: () => layerPages,
  path: '/layers/new',
  validateSearch: asSearch,
  component: layerPage('LayerEditor'),
});

const layerRoute = createRoute({
  getParentRoute: () => layerPages,
  path: '/layers/$code',
  validateSearch: asSearch,
  component: layerPage('LayerPage'),
});

const changeLayerRoute = createRoute({
  getParentRoute: () => layerPages,
  path: '/layers/$code/edit',
  component: layerPage('LayerEditor'),
});

const matrixPage = lazyRouteComponent(() => withWords(['matrices'], import('@/matrices')), 'MatrixPages');

const matricesRoute = createRoute({
  getParentRoute: () => layerPages,
  path: '/matrices',
  validateSearch: asSearch,
  component: matrixPage,
});

const matrixRoute = createRoute({ getParentRoute: () => layerPages, path: '/matrices/$code', component: matrixPage });

const valuePages = createRoute({
  getParentRoute: () => shellRoute,
  id: 'value-pages',
  component: () => <Needs right="value.read" page="value" />,
});

const insightPages = createRoute({
  getParentRoute: () => shellRoute,
  id: 'insight-pages',
  component: () => <Needs right="value.read" page="insights" />,
});

const insightsRoute = createRoute({
  getParentRoute: () => insightPages,
  path: '/insights',
  validateSearch: asSearch,
  component: lazyRouteComponent(() => withWords(['insights'], import('@/insights/InsightsPage')), 'InsightsPage'),
});

const valueRoute = createRoute({
  getParentRoute: () => valuePages,
  path: '/value',
  validateSearch: asSearch,
  component: lazyRouteComponent(() => withWords(['value'], import('@/value/ValuePage')), 'ValuePage'),
});

const importPages = createRoute({
  getParentRoute: () => shellRoute,
  id: 'import-pages',
  component: () => <Needs right="imports.read" page="imports" />,
});

const importsRoute = createRoute({
  getParentRoute: () => importPages,
  path: '/imports',
  component: lazyRouteComponent(() => withWords(['importPage'], import('@/imports/ImportsPage')), 'ImportsPage'),
});

const audiencesRoute = createRoute({
  getParentRoute: () => importPages,
  path: '/audiences',
  component: lazyRouteComponent(() => withWords(['audiences'], import('@/audiences/AudiencesPage')), 'AudiencesPage'),
});

const newImportRoute = createRoute({
  getParentRoute: () => importPages,
  path: '/imports/new',
  component: lazyRouteComponent(
    () => withWords(['wizard', 'importPage'], import('@/imports/wizard/WizardPage')),
    'WizardPage',
  ),
});

const importRoute = createRoute({
  getParentRoute: () => importPages,
  path: '/imports/$id',
  component: lazyRouteComponent(
    () => withWords(['importPage', 'wizard', 'value'], import('@/imports/ImportPage')),
    'ImportPage',
  ),
});

const sourcePages = createRoute({
  getParentRoute: () => shellRoute,
  id: 'source-pages',
  component: () => <Needs right="sources.read" page="sources" />,
});

const sourcesRoute = createRoute({
  getParentRoute: () => sourcePages,
  path: '/sources',
  component: lazyRouteComponent(() => withWords(['sources'], import('@/sources/SourcesPage')), 'SourcesPage'),
});

const sourceRoute = createRoute({
  getParentRoute: () => sourcePages,
  path: '/sources/$id',
  validateSearch: asSearch,
  component: lazyRouteComponent(() => withWords(['sources'], import('@/sources/SourcePage')), 'SourcePage'),
});

const planRoute = createRoute({
  getParentRoute: () => sourcePages,
  path: '/sources/$id/plan',
  validateSearch: asSearch,
  component: lazyRouteComponent(() => withWords(['sources', 'plans'], import('@/plans/PlanPage')), 'PlanPage'),
});

const quarantineRoute = createRoute({
  getParentRoute: () => sourcePages,
  path: '/sources/$id/quarantine',
  validateSearch: asSearch,
  component: lazyRouteComponent(
    () => withWords(['sources', 'plans', 'quarantine'], import('@/plans/quarantine/QuarantinePage')),
    'QuarantinePage',
  ),
});

const codePages = createRoute({
  getParentRoute: () => shellRoute,
  id: 'code-pages',
  component: () => <Needs right="touch_points.read" page="codes" />,
});

const codesRoute = createRoute({
  getParentRoute: () => codePages,
  path: '/codes',
  validateSearch: asSearch,
  component: lazyRouteComponent(() => withWords(['codes'], import('@/codes/CodesPage')), 'CodesPage'),
});

const newCodesRoute = createRoute({
  getParentRoute: () => codePages,
  path: '/codes/new',
  validateSearch: asSearch,
  component: lazyRouteComponent(() => withWords(['codes'], import('@/codes/create/NewCodesPage')), 'NewCodesPage'),
});

const printCodesRoute = createRoute({
  getParentRoute: () => codePages,
  path: '/codes/print',
  validateSearch: asSearch,
  component: lazyRouteComponent(() => withWords(['codes'], import('@/codes/print/PrintPage')), 'PrintPage'),
});

const unitsRoute = createRoute({
  getParentRoute: () => codePages,
  path: '/codes/units',
  validateSearch: asSearch,
  component: lazyRouteComponent(() => withWords(['codes', 'units'], import('@/units/UnitsPage')), 'UnitsPage'),
});

const unitBatchRoute = createRoute({
  getParentRoute: () => codePages,
  path: '/codes/units/$id',
  component: lazyRouteComponent(() => withWords(['codes', 'units'], import('@/units/UnitBatchPage')), 'UnitBatchPage'),
});

const receiptsRoute = createRoute({
  getParentRoute: () => codePages,
  path: '/codes/receipts',
  validateSearch: asSearch,
  component: lazyRouteComponent(
    () => withWords(['codes', 'receipts'], import('@/receipts/ReceiptsPage')),
    'ReceiptsPage',
  ),
});

const formPage = (name: 'FormsPage' | 'FormPage' | 'FormEditor') =>
  lazyRouteComponent(() => withWords(['forms'], import('@/forms')), name);

const formsRoute = createRoute({
  getParentRoute: () => codePages,
  path: '/codes/forms',
  validateSearch: asSearch,
  component: formPage('FormsPage'),
});

const newFormRoute = createRoute({
  getParentRoute: () => codePages,
  path: '/codes/forms/new',
  component: formPage('FormEditor'),
});

const formRoute = createRoute({
  getParentRoute: () => codePages,
  path: '/codes/forms/$id',
  validateSearch: asSearch,
  component: formPage('FormPage'),
});

const changeFormRoute = createRoute({
  getParentRoute: () => codePages,
  path: '/codes/forms/$id/edit',
  component: formPage('FormEditor'),
});

const codeRoute = createRoute({
  getParentRoute: () => codePages,
  path: '/codes/$id',
  validateSearch: asSearch,
  component: lazyRouteComponent(() => withWords(['codes'], import('@/codes/CodePage')), 'CodePage'),
});

const scenePages = createRoute({
  getParentRoute: () => shellRoute,
  id: 'scene-pages',
  component: () => <Needs right="touch_points.read" page="scenes" />,
});

const scenesRoute = createRoute({
  getParentRoute: () => scenePages,
  path: '/scenes',
  validateSearch: asSearch,
  component: lazyRouteComponent(() => withWords(['scenes'], import('@/scenes/ScenesPage')), 'ScenesPage'),
});

const reachPages = createRoute({
  getParentRoute: () => shellRoute,
  id: 'reach-pages',
  component: () => <Needs right="touch_points.read" page="reach" />,
});

const reachRoute = createRoute({
  getParentRoute: () => reachPages,
  path: '/reach',
  validateSearch: asSearch,
  component: lazyRouteComponent(() => withWords(['reach'], import('@/reach/ReachPage')), 'ReachPage'),
});

const ticketPages = createRoute({
  getParentRoute: () => shellRoute,
  id: 'ticket-pages',
  component: () => <Needs right="customers.read" page="tickets" />,
});

const ticketsRoute = createRoute({
  getParentRoute: () => ticketPages,
  path: '/tickets',
  validateSearch: asSearch,
  component: lazyRouteComponent(
    () => withWords(['tickets', 'usageCards'], import('@/tickets/TicketsPage')),
    'TicketsPage',
  ),
});

const clerkPages = createRoute({
  getParentRoute: () => shellRoute,
  id: 'clerk-pages',
  component: () => <Needs right="sign_ups.write" page="clerk" />,
});

const clerkRoute = createRoute({
  getParentRoute: () => clerkPages,
  path: '/clerk',
  component: lazyRouteComponent(() => withWords(['clerk'], import('@/clerk/ClerkPage')), 'ClerkPage'),
});

const storePages = createRoute({
  getParentRoute: () => shellRoute,
  id: 'store-pages',
  component: () => <Needs right="stores.read" page="stores" />,
});

const storesRoute = createRoute({
  getParentRoute: () => storePages,
  path: '/stores',
  validateSearch: asSearch,
  component: lazyRouteComponent(() => withWords(['stores'], import('@/stores/StoresPage')), 'StoresPage'),
});

const placeRoute = createRoute({
  getParentRoute: () => storePages,
  path: '/stores/$id',
  component: lazyRouteComponent(() => withWords(['stores'], import('@/stores/PlacePage')), 'PlacePage'),
});

const clerkListPages = createRoute({
  getParentRoute: () => shellRoute,
  id: 'clerk-list-pages',
  component: () => <Needs right="stores.read" page="clerks" />,
});

const clerksRoute = createRoute({
  getParentRoute: () => clerkListPages,
  path: '/clerks',
  validateSearch: asSearch,
  component: lazyRouteComponent(() => withWords(['clerks'], import('@/clerks/ClerksPage')), 'ClerksPage'),
});

const clerkDetailRoute = createRoute({
  getParentRoute: () => clerkListPages,
  path: '/clerks/$id',
  validateSearch: asSearch,
  component: lazyRouteComponent(() => withWords(['clerks'], import('@/clerks/ClerkDetailPage')), 'ClerkDetailPage'),
});

const incentivePages = createRoute({
  getParentRoute: () => shellRoute,
  id: 'incentive-pages',
  component: () => <Needs right="stores.read" page="incentives" />,
});

const incentivesRoute = createRoute({
  getParentRoute: () => incentivePages,
  path: '/incentives',
  validateSearch: asSearch,
  component: lazyRouteComponent(
    () => withWords(['clerks'], import('@/clerks/incentives/IncentivesPage')),
    'IncentivesPage',
  ),
});

const settingsRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: '/settings',
  component: lazyRouteComponent(() => withWords(['settings'], import('@/settings/SettingsPage')), 'SettingsPage'),
});

const settingsSectionRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: '/settings/$section',
  validateSearch: asSearch,
  component: lazyRouteComponent(() => withWords(['settings'], import('@/settings/SettingsPage')), 'SettingsPage'),
});

const webhookRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: '/settings/webhooks/$id',
  validateSearch: asSearch,
  component: lazyRouteComponent(() => withWords(['webhooks'], import('@/webhooks/WebhookPage')), 'WebhookPage'),
});

const routeTree = rootRoute.addChildren([
  loginRoute,
  shellRoute.addChildren([
    homeRoute,
    customersRoute,
    customerRoute,
    mergeRoute,
    customerPrivacyRoute,
    segmentPages.addChildren([
      segmentsRoute,
      newSegmentRoute,
      compareSegmentsRoute,
      segmentRoute,
      changeSegmentRoute,
      clustersRoute,
      clusterRoute,
      communitiesRoute,
      communityRoute,
    ]),
    keyCustomerPages.addChildren([keyCustomersRoute]),
    layerPages.addChildren([layersRoute, newLayerRoute, layerRoute, changeLayerRoute, matricesRoute, matrixRoute]),
    valuePages.addChildren([valueRoute]),
    insightPages.addChildren([insightsRoute]),
    importPages.addChildren([importsRoute, newImportRoute, importRoute, audiencesRoute]),
    sourcePages.addChildren([sourcesRoute, sourceRoute, planRoute, quarantineRoute]),
    codePages.addChildren([
      codesRoute,
      newCodesRoute,
      printCodesRoute,
      unitsRoute,
      unitBatchRoute,
      receiptsRoute,
      formsRoute,
      newFormRoute,
      formRoute,
      changeFormRoute,
      codeRoute,
    ]),
    scenePages.addChildren([scenesRoute]),
    reachPages.addChildren([reachRoute]),
    ticketPages.addChildren([ticketsRoute]),
    storePages.addChildren([storesRoute, placeRoute]),
    clerkListPages.addChildren([clerksRoute, clerkDetailRoute]),
    incentivePages.addChildren([incentivesRoute]),
    clerkPages.addChildren([clerkRoute]),
    settingsRoute,
    settingsSectionRoute,
    webhookRoute,
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
