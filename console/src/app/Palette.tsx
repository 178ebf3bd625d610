import { Modal, useComputedColorScheme, useMantineColorScheme } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import {
  IconDatabaseImport,
  IconEye,
  IconEyeOff,
  IconKeyboard,
  IconLanguage,
  IconSearch,
  IconSunMoon,
  IconUser,
} from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { type KeyboardEvent, type ReactNode, useEffect, useId, useState } from 'react';
import { useCan } from '@/access/me';
import { customersQuery } from '@/customers/api';
import { useCustomerName } from '@/customers/name';
import { savePreferences } from '@/shared/api/session';
import { useLocale, useT } from '@/shared/i18n';
import { usePersonal, usePrivacy } from '@/shared/privacy/Privacy';
import { errorText } from '@/shared/ui/StateView';
import { usePages } from './Navigation';
import css from './palette.module.css';

interface Entry {
  id: string;
  group: string;
  label: string;
  description?: string;
  keywords: string;
  icon: ReactNode;
  run: () => void;
}

const MOST_PEOPLE = 8;
const DEBOUNCE_MS = 180;

interface Props {
  onClose: () => void;
  onShortcuts: () => void;
}

/** ⌘K: customers by any identifier, pages and actions in one field. The first match is always chosen. */
export function Palette({ onClose, onShortcuts }: Props) {
  const t = useT();
  const listId = useId();
  const [text, setText] = useState('');
  const [active, setActive] = useState(0);
  const { entries, status } = useEntries(text, onShortcuts);
  const chosen = entries[Math.min(active, entries.length - 1)];
  const optionId = (entry: Entry) => `${listId}-${entry.id}`;
  const chosenId = chosen && optionId(chosen);
  useEffect(() => {
    if (chosenId) document.getElementById(chosenId)?.scrollIntoView({ block: 'nearest' });
  }, [chosenId]);

  const run = (entry: Entry | undefined) => {
    if (!entry) return;
    onClose();
    entry.run();
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.nativeEvent.isComposing) return;
    const moves: Record<string, number> = { ArrowDown: active + 1, ArrowUp: active - 1 };
    const next = moves[event.key];
    if (next !== undefined) {
      event.preventDefault();
      setActive((next + entries.length) % Math.max(1, entries.length));
    } else if (event.key === 'Enter') {
      event.preventDefault();
      run(chosen);
    }
  };
  const groups = [...new Set(entries.map((entry) => entry.group))];
  return (
    <Modal
      opened
      onClose={onClose}
      withCloseButton={false}
      padding={0}
      size={560}
      yOffset="12vh"
      centered={false}
      transitionProps={{ duration: 0 }}
      aria-label={t.shell.search}
    >
      <div className={css.search}>
        <IconSearch size={18} aria-hidden="true" />
        <input
          className={css.input}
          role="combobox"
          aria-expanded="true"
          aria-controls={listId}
          aria-activedescendant={chosenId}
          aria-label={t.shell.search}
          placeholder={t.shell.searchPlaceholder}
          value={text}
          onChange={(event) => {
            setText(event.currentTarget.value);
            setActive(0);
          }}
          onKeyDown={onKeyDown}
          data-autofocus
          data-testid="palette-search"
        />
      </div>
      <div className={css.list} id={listId} role="listbox" aria-label={t.shell.search}>
        {groups.map((group) => (
          // biome-ignore lint/a11y/useSemanticElements: a group of options inside a listbox, not a fieldset
          <div key={group} role="group" aria-label={group}>
            <p className={css.group} aria-hidden="true">
              {group}
            </p>
            {entries
              .filter((entry) => entry.group === group)
              .map((entry) => (
                // biome-ignore lint/a11y/useKeyWithClickEvents: keys are handled by the field, which keeps the focus
                <div
                  key={entry.id}
                  id={optionId(entry)}
                  role="option"
                  tabIndex={-1}
                  aria-selected={entry === chosen}
                  className={css.option}
                  onClick={() => run(entry)}
                >
                  {entry.icon}
                  <span className={css.label}>{entry.label}</span>
                  {entry.description && <span className={css.description}>{entry.description}</span>}
                </div>
              ))}
          </div>
        ))}
      </div>
      <p className={css.nothing} role="status">
        {entries.length === 0 ? status : ''}
      </p>
    </Modal>
  );
}

/** What matches, and what to say while nothing does. */
function useEntries(text: string, onShortcuts: () => void): { entries: Entry[]; status: string } {
  const t = useT();
  const can = useCan();
  const navigate = useNavigate();
  const { locale, setLocale } = useLocale();
  const { setColorScheme } = useMantineColorScheme();
  // What is on the screen, also where the system decides it.
  const shown = useComputedColorScheme('light', { getInitialValueInEffect: false });
  const nameOf = useCustomerName();
  const personal = usePersonal();
  const { masked, setMasked } = usePrivacy();
  const [searched] = useDebouncedValue(text.trim(), DEBOUNCE_MS);
  const people = useQuery({
    ...customersQuery({ search: searched, limit: MOST_PEOPLE }),
    enabled: searched.length > 0,
  });
  const wanted = text.trim().toLowerCase();
  const matches = (entry: Entry) => !wanted || `${entry.label} ${entry.keywords}`.toLowerCase().includes(wanted);
  const icon = { size: 18, stroke: 1.75, 'aria-hidden': true } as const;
  const pages = usePages().map(
    (page): Entry => ({
      id: page.key,
      group: t.shell.palettePages,
      label: t.shell.nav[page.key],
      keywords: page.keywords,
      icon: <page.icon {...icon} />,
      run: () => navigate({ to: page.to }),
    }),
  );
  const group = t.shell.paletteActions;
  const otherLocale = locale === 'en' ? 'zh-CN' : 'en';
  const actions: Entry[] = [
    ...(can('imports.run')
      ? [
          {
            id: 'import',
            group,
            label: t.shell.actions.newImport,
            keywords: 'import upload csv daoru',
            icon: <IconDatabaseImport {...icon} />,
            run: () => navigate({ to: '/imports/new' }),
          },
        ]
      : []),
    {
      id: 'language',
      group,
      label: t.shell.actions.language,
      keywords: 'language yuyan 中文 english',
      icon: <IconLanguage {...icon} />,
      run: () => {
        setLocale(otherLocale);
        savePreferences(otherLocale).catch(() => {});
      },
    },
    {
      id: 'scheme',
      group,
      label: t.shell.actions.scheme,
      keywords: 'dark light shense',
      icon: <IconSunMoon {...icon} />,
      run: () => setColorScheme(shown === 'dark' ? 'light' : 'dark'),
    },
    {
      id: 'privacy',
      group,
      label: masked ? t.common.privacy.show : t.common.privacy.hide,
      keywords: 'privacy mask yinsi tuomin 脱敏',
      icon: masked ? <IconEye {...icon} /> : <IconEyeOff {...icon} />,
      run: () => setMasked(!masked),
    },
    {
      id: 'shortcuts',
      group,
      label: t.shell.actions.shortcuts,
      keywords: 'keyboard kuaijiejian',
      icon: <IconKeyboard {...icon} />,
      run: onShortcuts,
    },
  ];
  // Rows of the text before would stand under Enter while the new ones are on their way.
  const answered = wanted !== '' && searched === text.trim() && !people.isPlaceholderData;
  const rows = answered ? (people.data?.items ?? []) : [];
  const found = rows.map(
    (row): Entry => ({
      id: row.id,
      group: t.shell.palettePeople,
      label: nameOf(row),
      description: row.identifiers.map(({ type, value }) => personal(type, value)).join(' · '),
      keywords: '',
      icon: <IconUser {...icon} />,
      run: () => navigate({ to: '/customers/$id', params: { id: row.id } }),
    }),
  );
  return {
    entries: [...pages.filter(matches), ...actions.filter(matches), ...found],
    status:
      !answered || people.isPending
        ? t.shell.searching
        : people.error
          ? errorText(t, people.error)
          : t.shell.searchNothing,
  };
}
