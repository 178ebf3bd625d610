import { ActionIcon, useMantineColorScheme } from '@mantine/core';
import { IconCheck, IconDeviceDesktop, IconLanguage, IconMoon, IconSun } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import { savePreferences } from '@/shared/api/session';
import type { LocaleTag } from '@/shared/api/types';
import { useLocale, useT } from '@/shared/i18n';
import { Menu, MenuItem } from '@/shared/ui/overlay/Menu';

const LANGUAGES: { value: LocaleTag; label: string; lang: LocaleTag }[] = [
  { value: 'zh-CN', label: '中文', lang: 'zh-CN' },
  { value: 'en', label: 'English', lang: 'en' },
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
    <ChoiceMenu
      label={t.shell.language}
      testId="language-menu"
      icon={<IconLanguage size={18} />}
      choices={LANGUAGES}
      chosen={locale}
      onChoose={choose}
    />
  );
}

export function SchemeMenu() {
  const t = useT();
  const { colorScheme, setColorScheme } = useMantineColorScheme();
  const Icon = { auto: IconDeviceDesktop, light: IconSun, dark: IconMoon }[colorScheme];
  return (
    <ChoiceMenu
      label={t.shell.scheme}
      testId="scheme-menu"
      icon={<Icon size={18} />}
      choices={(['auto', 'light', 'dark'] as const).map((value) => ({ value, label: t.shell.schemes[value] }))}
      chosen={colorScheme}
      onChoose={setColorScheme}
    />
  );
}

interface ChoiceProps<V extends string> {
  label: string;
  testId: string;
  icon: ReactNode;
  choices: { value: V; label: string; lang?: string }[];
  chosen: V;
  onChoose: (value: V) => void;
}

function ChoiceMenu<V extends string>({ label, testId, icon, choices, chosen, onChoose }: ChoiceProps<V>) {
  return (
    <Menu
      target={(props) => (
        <ActionIcon {...props} size={36} aria-label={label} data-testid={testId}>
          {icon}
        </ActionIcon>
      )}
    >
      {choices.map(({ value, label: text, lang }) => (
        <MenuItem
          key={value}
          lang={lang}
          onClick={() => onChoose(value)}
          mark={chosen === value && <IconCheck size={14} />}
        >
          {text}
        </MenuItem>
      ))}
    </Menu>
  );
}
