import { Drawer } from '@mantine/core';
import { useT } from '@/shared/i18n';
import { Navigation } from './Navigation';

/** The menu on narrow screens. */
export function NavigationDrawer({ title, onClose }: { title: string; onClose: () => void }) {
  const t = useT();
  return (
    <Drawer opened onClose={onClose} size={264} title={title} closeButtonProps={{ 'aria-label': t.common.close }}>
      <Navigation onNavigate={onClose} />
    </Drawer>
  );
}
