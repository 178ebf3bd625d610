import { useMantineColorScheme } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import '@mantine/spotlight/styles.css';
import { Spotlight, spotlight } from '@mantine/spotlight';
import { IconDatabaseImport, IconKeyboard, IconLanguage, IconSearch, IconSunMoon, IconUser } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { type ReactNode, useEffect, useState } from 'react';
import { customersQuery } from '@/customers/api';
import { savePreferences } from '@/shared/api/session';
import { useLocale, useT } from '@/shared/i18n';
import { PAGES } from './Navigation';

interface Entry {
  id: string;
  label: string;
  keywords: string;
  icon: ReactNode;
  run: () => void;
}

const MOST_PEOPLE = 8;

/** ⌘K: pages, actions, and customers by any identifier, in one field. */
export function Palette({ requests, onShortcuts }: { requests: number; onShortcuts: () => void }) {
  const t = useT();
  const navigate = useNavigate();
  const { locale, setLocale } = useLocale();
  const { colorScheme, setColorScheme } = useMantineColorScheme();
  const [text, setText] = useState('');
  useEffect(() => {
    if (requests > 0) spotlight.toggle();
  }, [requests]);
  const [searched] = useDebouncedValue(text.trim(), 200);
  const people = useQuery({
    ...customersQuery({ search: searched, limit: String(MOST_PEOPLE) }),
    enabled: searched.length > 0,
  });
  const wanted = text.trim().toLowerCase();
  const matches = (entry: Entry) => !wanted || `${entry.label} ${entry.keywords}`.toLowerCase().includes(wanted);
  const pages: Entry[] = PAGES.map((page) => ({
    id: page.key,
    label: t.shell.nav[page.key],
    keywords: page.keywords,
    icon: <page.icon size={18} stroke={1.75} />,
    run: () => navigate({ to: page.to }),
  })).filter(matches);
  const otherLocale = locale === 'en' ? 'zh-CN' : 'en';
  const actions: Entry[] = [
    {
      id: 'import',
      label: t.shell.actions.newImport,
      keywords: 'import upload csv daoru',
      icon: <IconDatabaseImport size={18} />,
      run: () => navigate({ to: '/imports/new' }),
    },
    {
      id: 'language',
      label: t.shell.actions.language,
      keywords: 'language yuyan 中文 english',
      icon: <IconLanguage size={18} />,
      run: () => {
        setLocale(otherLocale);
        savePreferences(otherLocale).catch(() => {});
      },
    },
    {
      id: 'scheme',
      label: t.shell.actions.scheme,
      keywords: 'dark light shense',
      icon: <IconSunMoon size={18} />,
      run: () => setColorScheme(colorScheme === 'dark' ? 'light' : 'dark'),
    },
    {
      id: 'shortcuts',
      label: t.shell.actions.shortcuts,
      keywords: 'keyboard kuaijiejian',
      icon: <IconKeyboard size={18} />,
      run: onShortcuts,
    },
  ].filter(matches);
  const rows = searched && wanted ? (people.data?.items ?? []) : [];
  const nothing = pages.length === 0 && actions.length === 0 && rows.length === 0;

  return (
    <Spotlight.Root
      query={text}
      onQueryChange={setText}
      shortcut={null}
      clearQueryOnClose
      transitionProps={{ duration: 0 }}
      scrollable
      maxHeight={420}
      aria-label={t.shell.search}
    >
      <Spotlight.Search
        placeholder={t.shell.searchPlaceholder}
        aria-label={t.shell.search}
        leftSection={<IconSearch size={18} />}
        data-testid="palette-search"
      />
      <Spotlight.ActionsList>
        {rows.length > 0 && (
          <Spotlight.ActionsGroup label={t.shell.palettePeople}>
            {rows.map((row) => (
              <Spotlight.Action
                key={row.id}
                label={row.display_name}
                description={row.identifiers.map((identifier) => identifier.value).join(' · ')}
                leftSection={<IconUser size={18} />}
                onClick={() => navigate({ to: '/customers/$id', params: { id: row.id } })}
              />
            ))}
          </Spotlight.ActionsGroup>
        )}
        <PaletteGroup label={t.shell.palettePages} entries={pages} />
        <PaletteGroup label={t.shell.paletteActions} entries={actions} />
        {nothing && <Spotlight.Empty>{people.isFetching ? t.shell.searching : t.shell.searchNothing}</Spotlight.Empty>}
      </Spotlight.ActionsList>
    </Spotlight.Root>
  );
}

function PaletteGroup({ label, entries }: { label: string; entries: Entry[] }) {
  if (entries.length === 0) return null;
  return (
    <Spotlight.ActionsGroup label={label}>
      {entries.map((entry) => (
        <Spotlight.Action key={entry.id} label={entry.label} leftSection={entry.icon} onClick={entry.run} />
      ))}
    </Spotlight.ActionsGroup>
  );
}
