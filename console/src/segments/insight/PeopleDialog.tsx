import { Button, Modal } from '@mantine/core';
import { useInfiniteQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useCan } from '@/access/me';
import { useT } from '@/shared/i18n';
import { useFocusBack } from '@/shared/ui/hooks';
import { peopleQuery } from '../api';
import { RuleText } from '../RuleText';
import css from './insight.module.css';
import { PeopleList } from './PeopleList';

interface Props {
  title: string;
  /** The rule that means them. */
  text: string;
  onClose: () => void;
}

/** The people behind a figure, and the rule that means just them: it can be kept as a segment. */
export function PeopleDialog({ title, text, onClose }: Props) {
  const t = useT();
  useFocusBack();
  const can = useCan();
  const query = useInfiniteQuery(peopleQuery(text));
  return (
    <Modal
      opened
      onClose={onClose}
      title={<span translate="no">{title}</span>}
      size="lg"
      closeButtonProps={{ 'aria-label': t.common.close }}
    >
      <PeopleList query={query}>
        <RuleText text={text} />
      </PeopleList>
      {can('segments.manage') && (
        <div className={css.foot}>
          <Button renderRoot={(props) => <Link {...props} to="/segments/new" search={{ rule: text }} />}>
            {t.segmentInsight.people.save}
          </Button>
        </div>
      )}
    </Modal>
  );
}
