import type { QueryClient } from '@tanstack/react-query';
import type { AnyRoute } from '@tanstack/react-router';
import { profileQuery } from '@/customers/api';
import { listQuery } from '@/customers/list';
import { overviewQuery } from '@/home/api';
import { sessionQuery, settingsQuery } from '@/shared/api/session';
import type { Me } from '@/shared/api/types';
import { distributionQuery, rfmQuery, valueQuery } from '@/value/api';
import type { createAppRouter } from './router';
import type { Search } from './search';

type Router = ReturnType<typeof createAppRouter>;

/** What the first screen needs is asked for at once, not when its turn comes to be rendered. */
export async function askAhead(queryClient: QueryClient, router: Router) {
  const routes: Record<string, AnyRoute> = router.routesById;
  for (const { routeId } of router.matchRoutes(router.latestLocation)) {
    const route = routes[routeId];
    // The router tries again, and shows what is wrong.
    if (route) router.loadRouteChunk(route)?.catch(() => {});
  }
  const { pathname, search } = router.latestLocation;
  if (pathname === '/login') return;
  queryClient.prefetchQuery(settingsQuery);
  try {
    askForPage(queryClient, await queryClient.fetchQuery(sessionQuery), pathname, search as Search);
  } catch {
    // The page asks itself, and says what is wrong.
  }
}

/** Only what this person may see; a page that is not here asks when it is there. */
function askForPage(queryClient: QueryClient, me: Me, pathname: string, search: Search) {
  if (me.must_set_password) return;
  const [, page, id] = pathname.split('/');
  if (page === 'customers') {
    if (!me.rights.includes('customers.read')) return;
    if (id) queryClient.prefetchQuery(profileQuery(decodeURIComponent(id)));
    else queryClient.prefetchQuery(listQuery(search));
    return;
  }
  if (!me.rights.includes('value.read')) return;
  if (page === '') queryClient.prefetchQuery(overviewQuery);
  if (page !== 'value') return;
  queryClient.prefetchQuery(valueQuery);
  if (search.tab === 'distribution') queryClient.prefetchQuery(distributionQuery('lifetime'));
  if (search.tab !== undefined && search.tab !== 'rfm') return;
  queryClient.prefetchQuery(rfmQuery);
  // The tab that opens first is a file of its own.
  import('@/value/rfm/RfmTab').catch(() => {});
}
