import { Tooltip } from '@mantine/core';
import { IconChartHistogram, IconDatabaseImport, IconHome2, IconSettings, IconUsers } from '@tabler/icons-react';
import { Link, useLocation } from '@tanstack/react-router';
import { useT } from '@/shared/i18n';
import css from './shell.module.css';

export const PAGES = [
  { key: 'home', to: '/', icon: IconHome2, keywords: 'home shouye sy' },
  { key: 'customers', to: '/customers', icon: IconUsers, keywords: 'customers kehu kh' },
  { key: 'value', to: '/value', icon: IconChartHistogram, keywords: 'value jiazhi jz rfm ltv clv cohort 留存 分层' },
  { key: 'imports', to: '/imports', icon: IconDatabaseImport, keywords: 'imports daoru dr csv' },
  { key: 'settings', to: '/settings', icon: IconSettings, keywords: 'settings shezhi sz team jobs audit' },
] as const;

interface Props {
  collapsed?: boolean;
  onNavigate?: () => void;
}

export function Navigation({ collapsed, onNavigate }: Props) {
  const t = useT();
  const { pathname } = useLocation();
  return (
    <nav aria-label={t.shell.menu}>
      <ul className={css.nav}>
        {PAGES.map(({ key, to, icon: Icon }) => {
          const active = to === '/' ? pathname === '/' : pathname.startsWith(to);
          return (
            <li key={key}>
              <Tooltip label={t.shell.nav[key]} position="right" disabled={!collapsed}>
                <Link
                  to={to}
                  className={css.navLink}
                  aria-current={active ? 'page' : undefined}
                  data-active={active || undefined}
                  onClick={onNavigate}
                >
                  <Icon size={18} stroke={1.75} aria-hidden="true" />
                  <span className={css.navLabel}>{t.shell.nav[key]}</span>
                </Link>
              </Tooltip>
            </li>
          );
        })}
      </ul>
    </nav>
  );
}
