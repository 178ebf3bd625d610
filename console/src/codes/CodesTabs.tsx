import { Link } from '@tanstack/react-router';
import { useT } from '@/shared/i18n';
import css from '@/shared/ui/tabs.module.css';

/** Above the lists: channel codes, codes of packages and receipts, forms, and the touch-points that all of them stand at. */
export function CodesTabs() {
  const { tabs } = useT().codes;
  const links = [
    { to: '/codes', label: tabs.codes },
    { to: '/codes/units', label: tabs.units },
    { to: '/codes/receipts', label: tabs.receipts },
    { to: '/codes/forms', label: tabs.forms },
  ] as const;
  return (
    <nav aria-label={tabs.label} className={`${css.tabs} ${css.apart}`}>
      {links.map(({ to, label }) => (
        <Link key={to} to={to} className={css.tab} activeOptions={{ exact: true, includeSearch: false }}>
          {label}
        </Link>
      ))}
      <Link to="/settings/$section" params={{ section: 'touch-points' }} className={css.tab}>
        {tabs.touchPoints} →
      </Link>
    </nav>
  );
}
