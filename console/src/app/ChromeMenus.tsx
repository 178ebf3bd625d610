import { ActionIcon, Menu, useMantineColorScheme } from '@mantine/core';
import { IconCheck, IconDeviceDesktop, IconLanguage, IconMoon, IconSun } from '@tabler/icons-react';
import { savePreferences } from '@/shared/api/session';
import type { LocaleTag } from '@/shared/api/types';
import { useLocale, useT } from '@/shared/i18n';

const LANGUAGES: { tag: LocaleTag; name: string }[] = [
  { tag: 'zh-CN', name: '中文' },
  { tag: 'en', name: 'English' },
];

export function LanguageMenu({ signedIn }: { signedIn?: boolean }) {
  const t = useT();
  const { locale, setLocale } = useLocale();
  const choose = (tag: LocaleTag) => {
    setLocale(tag);
    // The choice already holds on this device; on the account it is only remembered.
    if (signedIn) savePreferences(tag).catch(() => {});
  };
  return (
    <Menu position="bottom-end">
      <Menu.Target>
        <ActionIcon size={36} aria-label={t.shell.language} data-testid="language-menu">
          <IconLanguage size={18} />
        </ActionIcon>
      </Menu.Target>
      <Menu.Dropdown>
        {LANGUAGES.map(({ tag, name }) => (
          <Menu.Item
            key={tag}
            lang={tag}
            onClick={() => choose(tag)}
            rightSection={locale === tag && <IconCheck size={14} />}
          >
            {name}
          </Menu.Item>
        ))}
      </Menu.Dropdown>
    </Menu>
  );
}

export function SchemeMenu() {
  const t = useT();
  const { colorScheme, setColorScheme } = useMantineColorScheme();
  const Icon = { auto: IconDeviceDesktop, light: IconSun, dark: IconMoon }[colorScheme];
  return (
    <Menu position="bottom-end">
      <Menu.Target>
        <ActionIcon size={36} aria-label={t.shell.scheme} data-testid="scheme-menu">
          <Icon size={18} />
        </ActionIcon>
      </Menu.Target>
      <Menu.Dropdown>
        {(['auto', 'light', 'dark'] as const).map((scheme) => (
          <Menu.Item
            key={scheme}
            onClick={() => setColorScheme(scheme)}
            rightSection={colorScheme === scheme && <IconCheck size={14} />}
          >
            {t.shell.schemes[scheme]}
          </Menu.Item>
        ))}
      </Menu.Dropdown>
    </Menu>
  );
}
