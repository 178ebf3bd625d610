import { ActionIcon, UnstyledButton } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import {
  IconCloudOff,
  IconKeyboard,
  IconLayoutSidebarLeftCollapse,
  IconLayoutSidebarLeftExpand,
  IconLogout,
  IconMenu2,
  IconSearch,
  IconUserCog,
} from '@tabler/icons-react';
import { useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { lazy, type ReactNode, Suspense, useCallback, useEffect, useState } from 'react';
import { useMe } from '@/access/me';
import { ApiError } from '@/shared/api/client';
import { signOut } from '@/shared/api/session';
import { lookup, useT } from '@/shared/i18n';
import { usePrivacy } from '@/shared/privacy/Privacy';
import { useOnline, useStored } from '@/shared/ui/hooks';
import { notify } from '@/shared/ui/notify';
import { Menu, MenuDivider, MenuItem } from '@/shared/ui/overlay/Menu';
import { errorText } from '@/shared/ui/StateView';
import { LanguageMenu, SchemeMenu } from './ChromeMenus';
import { Navigation } from './Navigation';
import { PrivacyToggle } from './PrivacyToggle';
import css from './shell.module.css';
import { useShortcuts } from './useShortcuts';
import { Watermark } from './Watermark';

const loadPalette = () => import('./Palette');
const Palette = lazy(() => loadPalette().then((module) => ({ default: module.Palette })));
const NavigationDrawer = lazy(() =>
  import('./NavigationDrawer').then((module) => ({ default: module.NavigationDrawer })),
);
const ShortcutSheet = lazy(() => import('./ShortcutSheet').then((module) => ({ default: module.ShortcutSheet })));

const PALETTE_PREFETCH_MS = 1500;
const MAC = /Mac|iPhone|iPad/.test(navigator.userAgent);

export function Shell({ brandName, children }: { brandName?: string; children: ReactNode }) {
  const t = useT();
  const online = useOnline();
  const [collapsed, setCollapsed] = useStored('sidebar', false);
  const [drawerOpened, drawer] = useDisclosure(false);
  const [sheetOpened, sheet] = useDisclosure(false);
  const [paletteOpened, setPaletteOpened] = useState(false);
  const openPalette = useCallback(() => setPaletteOpened(true), []);
  useShortcuts({ openSheet: sheet.open, openPalette });
  useEffect(() => {
    // Fetched while nothing else happens, so that the first ⌘K answers at once.
    const timer = setTimeout(loadPalette, PALETTE_PREFETCH_MS);
    return () => clearTimeout(timer);
  }, []);
  const toggleLabel = collapsed ? t.shell.expand : t.shell.collapse;

  return (
    <div className={css.shell} data-collapsed={collapsed || undefined}>
      <a href="#main" className={css.skip}>
        {t.shell.skip}
      </a>
      <aside className={css.sidebar}>
        <div className={css.brand}>
          <img src="/favicon.svg" alt="" width={24} height={24} />
          <span className={css.brandName}>{brandName || t.common.brand}</span>
        </div>
        <Navigation collapsed={collapsed} />
        <div className={css.sidebarFoot}>
          <ActionIcon
            size={36}
            aria-label={toggleLabel}
            title={toggleLabel}
            aria-expanded={!collapsed}
            onClick={() => setCollapsed(!collapsed)}
          >
            {collapsed ? <IconLayoutSidebarLeftExpand size={18} /> : <IconLayoutSidebarLeftCollapse size={18} />}
          </ActionIcon>
        </div>
      </aside>
      <div className={css.column}>
        <header className={css.topbar}>
          <ActionIcon
            size={36}
            className={css.burger}
            aria-label={t.shell.openMenu}
            onClick={drawer.open}
            data-testid="open-menu"
          >
            <IconMenu2 size={20} />
          </ActionIcon>
          <UnstyledButton
            className={css.search}
            onClick={openPalette}
            data-testid="open-palette"
            aria-keyshortcuts="Control+K Meta+K"
          >
            <IconSearch size={16} aria-hidden="true" />
            <span>{t.shell.search}</span>
            <kbd className={css.kbd}>{MAC ? '⌘ K' : 'Ctrl K'}</kbd>
          </UnstyledButton>
          <div className={css.tools}>
            <PrivacyToggle />
            <LanguageMenu signedIn />
            <SchemeMenu />
            <AccountMenu onShortcuts={sheet.open} />
          </div>
        </header>
        <div role="status" aria-live="polite">
          {!online && (
            <p className={css.offline}>
              <IconCloudOff size={16} aria-hidden="true" /> {t.common.offline}
            </p>
          )}
        </div>
        <main id="main" className={css.main} tabIndex={-1}>
          {children}
        </main>
      </div>
      <Watermark />
      <Suspense fallback={null}>
        {paletteOpened && <Palette onClose={() => setPaletteOpened(false)} onShortcuts={sheet.open} />}
        {drawerOpened && <NavigationDrawer title={brandName || t.common.brand} onClose={drawer.close} />}
        {sheetOpened && <ShortcutSheet opened onClose={sheet.close} />}
      </Suspense>
    </div>
  );
}

function AccountMenu({ onShortcuts }: { onShortcuts: () => void }) {
  const t = useT();
  const me = useMe();
  const navigate = useNavigate();
  const queryClient = useQueryClient();
  const { setMasked } = usePrivacy();
  const leave = async () => {
    try {
      await signOut();
    } catch (error) {
      const isOut = error instanceof ApiError && error.status === 401;
      if (!isOut) return notify(t.shell.signOutFailed(errorText(t, error)), 'danger');
    }
    setMasked(true);
    queryClient.clear();
    navigate({ to: '/login' });
  };
  return (
    <Menu
      width={220}
      target={(props) => (
        <UnstyledButton
          {...props}
          className={css.account}
          aria-label={`${t.shell.account}: ${me.name}`}
          data-testid="account-menu"
        >
          {[...(me.name || me.email)][0]?.toUpperCase()}
        </UnstyledButton>
      )}
    >
      <div className={css.accountHead}>
        <strong>{me.name}</strong>
        <span>{me.email}</span>
        <span>{lookup(t.common.roles, me.role)}</span>
      </div>
      <MenuDivider />
      <MenuItem icon={<IconKeyboard size={16} />} onClick={onShortcuts}>
        {t.shell.shortcuts}
      </MenuItem>
      <MenuItem
        icon={<IconUserCog size={16} />}
        onClick={() => navigate({ to: '/settings/$section', params: { section: 'account' } })}
      >
        {t.shell.accountSettings}
      </MenuItem>
      <MenuItem icon={<IconLogout size={16} />} onClick={leave}>
        {t.shell.signOut}
      </MenuItem>
    </Menu>
  );
}
