import { PasswordInput, type PasswordInputProps } from '@mantine/core';
import { useT } from '../i18n';

/** A password field whose eye button speaks the language of the console. */
export function PasswordField(props: PasswordInputProps) {
  const t = useT();
  return (
    <PasswordInput visibilityToggleButtonProps={{ 'aria-label': t.access.togglePassword, tabIndex: 0 }} {...props} />
  );
}
