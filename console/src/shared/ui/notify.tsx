import '@mantine/notifications/styles.css';
import { lazy, Suspense, useSyncExternalStore } from 'react';
import { useT } from '../i18n';

const loadNotifications = () => import('@mantine/notifications');
const Host = lazy(() => loadNotifications().then((module) => ({ default: module.Notifications })));

let wanted = false;
let closeLabel = '';
const listeners = new Set<() => void>();

/** A short message in the corner. The machinery is loaded with the first one, because most visits need none. */
export function notify(message: string, tone: 'info' | 'danger' = 'info') {
  wanted = true;
  for (const listener of listeners) listener();
  loadNotifications().then(({ notifications }) =>
    notifications.show({
      message,
      color: tone === 'danger' ? 'red' : undefined,
      closeButtonProps: { 'aria-label': closeLabel },
      autoClose: tone === 'danger' ? 10_000 : 5_000,
    }),
  );
}

function subscribe(listener: () => void) {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

export function NotificationHost() {
  closeLabel = useT().common.close;
  const mounted = useSyncExternalStore(subscribe, () => wanted);
  if (!mounted) return null;
  return (
    <Suspense fallback={null}>
      <Host position="bottom-right" />
    </Suspense>
  );
}
