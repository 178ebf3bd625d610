import { Kbd, Modal, Switch } from '@mantine/core';
import { useCan } from '@/access/me';
import { useT } from '@/shared/i18n';
import { PAGES } from './Navigation';
import css from './shell.module.css';
import { useSingleKeys } from './useShortcuts';

type Row = [keys: string[], text: string];

export function ShortcutSheet({ opened, onClose }: { opened: boolean; onClose: () => void }) {
  const t = useT();
  const s = t.shell.shortcutSheet;
  const [enabled, setEnabled] = useSingleKeys();
  const can = useCan();
  const groups: { title: string; rows: Row[] }[] = [
    {
      title: s.everywhere,
      rows: [
        [['Ctrl', 'K'], s.palette],
        [['?'], s.sheet],
        [['/'], s.filter],
        ...PAGES.flatMap((page): Row[] =>
          'letter' in page && can(page.right) ? [[['g', page.letter], s.goTo[page.key]]] : [],
        ),
      ],
    },
    {
      title: s.lists,
      rows: [
        [['j'], s.nextEntry],
        [['k'], s.previousEntry],
        [['Enter'], s.openEntry],
      ],
    },
    { title: s.charts, rows: [[['←', '→'], s.readPoint]] },
  ];
  return (
    <Modal opened={opened} onClose={onClose} title={s.title} closeButtonProps={{ 'aria-label': t.common.close }}>
      {groups.map((group) => (
        <section key={group.title} className={css.sheetGroup}>
          <h3 className={css.sheetTitle}>{group.title}</h3>
          <dl>
            {group.rows.map(([keys, text]) => (
              <div key={text} className={css.sheetRow}>
                <dt>{text}</dt>
                <dd>
                  {keys.map((key) => (
                    <Kbd key={key}>{key}</Kbd>
                  ))}
                </dd>
              </div>
            ))}
          </dl>
        </section>
      ))}
      <Switch
        checked={enabled}
        onChange={(event) => setEnabled(event.currentTarget.checked)}
        label={s.enabled}
        description={s.enabledHint}
      />
    </Modal>
  );
}
