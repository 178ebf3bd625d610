import { ActionIcon } from '@mantine/core';
import { IconEye, IconEyeOff } from '@tabler/icons-react';
import { useT } from '@/shared/i18n';
import { usePrivacy } from '@/shared/privacy/Privacy';
import { Tip } from '@/shared/ui/overlay/Tip';

/** For the whole console, and until the tab is closed. */
export function PrivacyToggle() {
  const p = useT().common.privacy;
  const { masked, setMasked } = usePrivacy();
  const label = masked ? p.show : p.hide;
  return (
    <Tip label={label}>
      <ActionIcon size={36} aria-label={label} onClick={() => setMasked(!masked)} data-testid="privacy-toggle">
        {masked ? <IconEyeOff size={18} /> : <IconEye size={18} />}
      </ActionIcon>
    </Tip>
  );
}
